/**
 * Which lists to sync. Without a choice: all that are synced by themselves; the choice of a person
 * stands in the address, as the lists' numbers.
 */
import type { List } from '@/api/types'
import type { TriggerBody } from '@/live/sync'

type Choosable = Pick<List, 'id' | 'auto_sync'>

const NONE = 'none'

const usual = (lists: Choosable[]) => lists.filter((list) => list.auto_sync).map(({ id }) => id)
const isSame = (one: Set<number>, other: number[]) =>
  one.size === other.length && other.every((id) => one.has(id))

/** "": the usual ones; numbers that are no list (any more) do not count. */
export function chosenOf(query: string, lists: Choosable[]): Set<number> {
  if (!query) return new Set(usual(lists))
  const wanted = new Set(query.split(',').map(Number))
  return new Set(lists.map(({ id }) => id).filter((id) => wanted.has(id)))
}

export function queryOf(chosen: Set<number>, lists: Choosable[]): string {
  if (!chosen.size) return NONE
  if (isSame(chosen, usual(lists))) return ''
  return [...chosen].sort((one, other) => one - other).join(',')
}

/** What the server is told: nothing at all is the full sync, as the schedule begins it. */
export function bodyOf(chosen: Set<number>, lists: Choosable[]): TriggerBody {
  return isSame(chosen, usual(lists)) ? {} : { lists: [...chosen] }
}

export function toggled(chosen: Set<number>, id: number): Set<number> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}
