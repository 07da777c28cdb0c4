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
  /** When the oldest of its data was read; null: nothing was ever. */
  since: string | null
}

const oldest = (lists: List[]) => lists.flatMap((list) => list.last_synced ?? []).sort()[0] ?? null

function healthOf(type: string, lists: List[], title: string): SourceHealth {
  const troubled = lists.filter((list) => isTrouble(list.status))
  const tried = lists.filter((list) => list.status)
  const shown = troubled[0] ?? tried.find((list) => list.status !== 'unchanged') ?? tried[0]
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
