/** What a part of the program is called; one that is new by its own name. */
import english from '@/text/en/logs.json'
import { useText } from '@/text/text'

const text = useText('logs', english)

export function partWord(name: string): string {
  const key = `part_${name}`
  return key in english ? text(key as keyof typeof english) : name
}
