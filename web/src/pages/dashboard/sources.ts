/** The sources as one sees their health: each with its worst list and the age of its data. */
import type { List } from '@/api/types'
import { isTrouble } from '@/words/words'

export interface SourceHealth {
  type: string
  title: string
  lists: number
  troubled: number
  /** The outcome to show: of the list in trouble, otherwise of the last one that was read. */
  outcome: string
  message: string
  /** When the oldest of its data was read; null: one was never read. */
  since: string | null
}

const oldest = (lists: List[]) =>
  lists.map((list) => list.last_synced).reduce((a, b) => (a && b ? (a < b ? a : b) : null), 'z')

function healthOf(type: string, lists: List[], title: string): SourceHealth {
  const troubled = lists.filter((list) => isTrouble(list.status))
  const shown = troubled[0] ?? lists.find((list) => list.status !== 'unchanged') ?? lists[0]
  return {
    type,
    title,
    lists: lists.length,
    troubled: troubled.length,
    outcome: shown?.status ?? '',
    message: shown?.message ?? '',
    since: oldest(troubled.length ? troubled : lists),
  }
}

export function sourcesOf(lists: List[], titleOf: (type: string) => string): SourceHealth[] {
  const active = lists.filter((list) => list.auto_sync)
  const types = [...new Set(active.map((list) => list.list_type))]
  return types
    .map((type) =>
      healthOf(
        type,
        active.filter((list) => list.list_type === type),
        titleOf(type),
      ),
    )
    .sort((a, b) => b.troubled - a.troubled || a.title.localeCompare(b.title))
}
