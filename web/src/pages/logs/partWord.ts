/** What a part of the program is called; one that is new by its own name. */
import english from '@/text/en/logs.json'
import { useText } from '@/text/text'

const text = useText('logs', english)
const PREFIX = 'part_'

/** The parts that speak. */
export const parts = Object.keys(english)
  .filter((key) => key.startsWith(PREFIX))
  .map((key) => key.slice(PREFIX.length))

export function partWord(name: string): string {
  const key = PREFIX + name
  return key in english ? text(key as keyof typeof english) : name
}
