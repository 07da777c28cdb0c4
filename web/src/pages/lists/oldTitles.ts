/** What stands in for a list that could not be read. */
import english from '@/text/en/old-titles.json'
import { useText } from '@/text/text'

const text = useText('old-titles', english)

/** "Its 88 titles of Nov 19 are used." */
export const oldTitlesUsed = (n: number, when: string) => text('used', { n, when })
