/**
 * What was read of a run and what events tell of it, put together. Both come in any order: a
 * reading that was asked for before an event may arrive after it, so nothing ever goes backwards.
 */
import type { LiveList } from '@/api/types'

/** An item as events tell of it. */
export interface LiveItem {
  item_id: number
  title: string
  year: number | null
  media_type: string
  tmdb_id: number | null
  decision: string
  status: string
  reason: string
  answer: string
  /** The lists that hold it. */
  lists?: number[]
}

/** What events tell of a list: at first without whether its older data is used. */
export type ToldList = { list_id: number } & Pick<LiveList, 'message'> & {
    outcome: string
    items: number
    from_snapshot?: boolean
  }

const order: Record<string, number> = { waiting: 0, reading: 1, read: 2 }
const further = (one: LiveList, other: LiveList) =>
  (order[one.state] ?? 0) > (order[other.state] ?? 0) ? one : other

/** The lists as they were read, but for what is known to be further by now. */
export function mergeRead(known: LiveList[], read: LiveList[]): LiveList[] {
  const before = new Map(known.map((list) => [list.id, list]))
  return read.map((list) => {
    const was = before.get(list.id)
    if (!was) return list
    return { ...further(was, list), requested: Math.max(was.requested, list.requested) }
  })
}

export const FETCHING = 'fetching lists'

/** All sources are asked at once. */
export function mergePhase(known: LiveList[], phase: unknown): LiveList[] {
  if (phase !== FETCHING || known.every((list) => list.state !== 'waiting')) return known
  return known.map((list) => (list.state === 'waiting' ? { ...list, state: 'reading' } : list))
}

/** A source has answered. Of an unchanged list the number of titles comes only later. */
export function mergeTold(known: LiveList[], told: ToldList): LiveList[] {
  return known.map((list) =>
    list.id === told.list_id
      ? {
          ...list,
          state: 'read',
          outcome: told.outcome as LiveList['outcome'],
          message: told.message,
          item_count: told.items,
          from_snapshot: told.from_snapshot ?? list.from_snapshot,
        }
      : list,
  )
}

/** An item that was really requested counts for each list that holds it. */
export function countRequested(known: LiveList[], item: LiveItem): LiveList[] {
  if (item.status !== 'requested' || !item.lists?.length) return known
  return known.map((list) =>
    item.lists?.includes(list.id) ? { ...list, requested: list.requested + 1 } : list,
  )
}

/** Newest first, each item once, no more than `most`. */
export function mergeItems(newer: LiveItem[], older: LiveItem[], most: number): LiveItem[] {
  const seen = new Set<number>()
  return [...newer, ...older]
    .filter(({ item_id }) => !seen.has(item_id) && seen.add(item_id))
    .slice(0, most)
}
