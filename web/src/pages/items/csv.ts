/** A table of items for spreadsheets, read page by page through the API. */
import type { Item } from '@/api/types'
import type { ItemQuery } from './filters'
import { readItems } from './itemPages'

export const MOST_EXPORTED = 10_000
const PAGE = 500

const columns: [string, (item: Item) => string | number | boolean | null][] = [
  ['title', (item) => item.title],
  ['year', (item) => item.year],
  ['type', (item) => item.media_type],
  ['status', (item) => item.status],
  ['decision', (item) => item.decision],
  ['reason', (item) => item.error_message || item.reason],
  ['ignored', (item) => item.ignored],
  ['lists', (item) => item.list_sources.map((list) => list.display_name).join('; ')],
  ['imdb_id', (item) => item.imdb_id],
  ['tmdb_id', (item) => item.tmdb_id],
  ['tvdb_id', (item) => item.tvdb_id],
  ['first_seen', (item) => item.first_seen],
  ['last_synced', (item) => item.last_synced],
]

/** Quoted where it must be; what a spreadsheet would take for a formula stays text. */
function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  const words = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words
}

export function csvOf(items: Item[]): string {
  const lines = items.map((item) => columns.map(([, value]) => cell(value(item))).join(','))
  // The mark in front tells spreadsheets that this is UTF-8.
  return ['\uFEFF' + columns.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}

export async function readAll(
  query: ItemQuery,
  onProgress: (read: number, total: number) => void,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof readItems>> = await readItems(query, cursor, PAGE)
    signal.throwIfAborted()
    items.push(...page.items)
    cursor = page.next_cursor
    onProgress(items.length, Math.min(MOST_EXPORTED, Math.max(page.total, items.length)))
  } while (cursor && items.length < MOST_EXPORTED)
  return items.slice(0, MOST_EXPORTED)
}
