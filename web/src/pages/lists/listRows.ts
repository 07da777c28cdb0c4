/** Which lists are shown, and in which order; the wish stands in the address. */
import type { List } from '@/api/types'

export const states = ['', 'trouble', 'on', 'off'] as const
export const orders = ['priority', 'name', 'source', 'size', 'read', 'next'] as const
export type Order = (typeof orders)[number]

export interface Wish {
  search: string
  source: string
  state: string
  /** One of `orders`, with a "-" before it the other way round. */
  sort: string
}

const complete = new Set(['', 'ok', 'unchanged', 'empty', 'cancelled', 'unsupported'])

/** Its last reading went wrong, wholly or in part: the same lists as /api/attention names. */
export const isUnread = (list: List) => !complete.has(list.status)

const inState: Record<string, (list: List) => boolean> = {
  trouble: isUnread,
  on: (list) => list.auto_sync,
  off: (list) => !list.auto_sync,
}

function matches(list: List, wish: Wish): boolean {
  const words = wish.search.toLocaleLowerCase().split(/\s+/)
  const about = `${list.display_name} ${list.list_type} ${list.list_id}`.toLocaleLowerCase()
  return (
    words.every((word) => about.includes(word)) &&
    (!wish.source || list.list_type === wish.source) &&
    (inState[wish.state]?.(list) ?? true)
  )
}

const byText = (a: string, b: string) => a.localeCompare(b, undefined, { numeric: true })
const byName = (a: List, b: List) => byText(a.display_name, b.display_name)
/** What has no time comes last. */
const byTime = (a: string | null, b: string | null) => byText(a ?? 'z', b ?? 'z')

const compare: Record<Order, (a: List, b: List) => number> = {
  priority: (a, b) => a.priority - b.priority || a.id - b.id,
  name: byName,
  source: (a, b) => byText(a.list_type, b.list_type) || byName(a, b),
  size: (a, b) => a.item_count - b.item_count || byName(a, b),
  read: (a, b) => byTime(a.last_synced, b.last_synced) || byName(a, b),
  next: (a, b) => byTime(a.next_sync, b.next_sync) || byName(a, b),
}

const isOrder = (word: string): word is Order => (orders as readonly string[]).includes(word)

/** Which way round a column is wanted first: of sizes, the largest. */
export const firstSort = (order: Order): string => (order === 'size' ? '-size' : order)

/** What a press of a column's head asks for: one way, the other, and back to how they are synced. */
export function sortAfterPress(sort: string, pressed: Order): string {
  const { order, reversed } = orderOf(sort)
  const first = firstSort(pressed)
  if (order !== pressed) return first
  const opposite = reversed ? pressed : `-${pressed}`
  return opposite === first ? 'priority' : opposite
}

export function orderOf(sort: string): { order: Order; reversed: boolean } {
  const word = sort.replace(/^-/, '')
  return isOrder(word)
    ? { order: word, reversed: sort.startsWith('-') }
    : { order: 'priority', reversed: false }
}

export function arrange(lists: List[], wish: Wish): List[] {
  const { order, reversed } = orderOf(wish.sort)
  const found = lists.filter((list) => matches(list, wish)).sort(compare[order])
  return reversed ? found.reverse() : found
}
