/** What became of a list in a run, in words: of a run under way, and of one that is over. */
import { useLists } from '@/api/queries'
import type { LiveList, RunList } from '@/api/types'
import { oldTitlesUsed } from '@/pages/lists/oldTitles'
import english from '@/text/en/sync.json'
import { useText } from '@/text/text'
import { day } from '@/text/time'
import { asSentence, isTrouble } from '@/words/words'

const text = useText('sync', english)

export interface ShownList {
  id: number
  list_type: string
  name: string
  state: LiveList['state']
  outcome: string
  message: string
  titles: number
  requested: number | null
}

export const shownLive = (list: LiveList): ShownList => ({
  ...list,
  name: list.display_name,
  outcome: list.outcome ?? '',
  titles: list.item_count,
})

export const shownPast = (list: RunList, name: string | undefined): ShownList => ({
  ...list,
  name: name ?? (list.description || list.list_id),
  state: 'read',
  titles: list.item_count,
  requested: null,
})

/** A list that could not be read: why, and what is used instead, once that is known. */
export function troubleSentence(
  list: ShownList,
  { lastRead = null, isSettled = true }: { lastRead?: string | null; isSettled?: boolean } = {},
): string {
  if (list.state !== 'read' || !list.message) return ''
  const why = asSentence(list.message)
  if (!isSettled || !isTrouble(list.outcome)) return why
  if (!list.titles) return `${why} ${text('no_data')}`
  const instead = lastRead
    ? oldTitlesUsed(list.titles, day(lastRead))
    : text('older_data_used', { n: list.titles })
  return `${why} ${instead}`
}

/** Lists by number, as they are called now. */
export function useListNames() {
  const lists = useLists()
  return (id: number) => lists.data.value?.lists.find((list) => list.id === id)
}
