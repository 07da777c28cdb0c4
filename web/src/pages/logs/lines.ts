/**
 * Lines of the log, from the two places they come from: what the server keeps, read page by page,
 * and what it says now, over the live connection. Each has the number by which it is known.
 */
import type { LogLine } from '@/api/types'
import type { LiveMessage } from '@/live/connection'
import { levels, type Level } from '@/words/words'

export interface Line {
  number: number
  at: string
  level: Level
  part: string
  sentence: string
  values: Record<string, unknown>
  /** How many lines before this one never came. */
  missed: number
}

export interface Filter {
  level: Level
  part: string
  /** 0: of all runs */
  run: number
  search: string
}

/** What stays on the page, beside older lines that somebody asked for. */
export const MOST_KEPT = 5000

export const lineOfEntry = (entry: LogLine): Line => ({
  number: entry.id,
  at: entry.timestamp,
  level: entry.level,
  part: entry.category,
  sentence: entry.message,
  values: entry.values,
  missed: 0,
})

export function lineOfMessage({ number, at, missed, data }: LiveMessage): Line | null {
  if (number === undefined || !data) return null
  return {
    number,
    at: at ?? '',
    level: data['level'] as Level,
    part: String(data['part'] ?? ''),
    sentence: String(data['sentence'] ?? ''),
    values: (data['values'] ?? {}) as Line['values'],
    missed: missed ?? 0,
  }
}

/** As the server filters. */
export const fits = (line: Line, filter: Filter): boolean =>
  levels.indexOf(line.level) >= levels.indexOf(filter.level) &&
  (!filter.part || line.part === filter.part) &&
  (!filter.run || Number(line.values['run']) === filter.run) &&
  line.sentence.toLowerCase().includes(filter.search.toLowerCase())

const newestOf = (lines: Line[]) => lines.at(-1)?.number ?? 0

/** Both, in order, each once: of two the one that was there, which knows what is missing. */
export function merge(known: Line[], more: Line[]): Line[] {
  const numbers = new Set(known.map((line) => line.number))
  const added = more.filter((line) => !numbers.has(line.number))
  if (!added.length) return known
  const isAfter = (added[0]?.number ?? 0) > newestOf(known)
  const all = [...known, ...added]
  return isAfter ? all : all.sort((a, b) => a.number - b.number)
}

export interface Page {
  lines: Line[]
  /** There are older ones that fit. */
  hasMore: boolean
  /** The oldest line that the server keeps, whether it fits or not. */
  oldestKept: number
}

/**
 * The newest page of the server beside what is known. `before`: the newest number that was known
 * when it was asked for. Without a line that both have nobody could tell what lies between, so the
 * page stands alone then; as it does when the server counts anew, because it was started again.
 */
export function join(known: Line[], page: Page, before: number): Line[] {
  const { lines, hasMore, oldestKept } = page
  if (newestOf(lines) < before && oldestKept <= before) return lines
  const oldest = lines[0]?.number ?? 0
  const touches = !hasMore || known.some((line) => line.number >= oldest && line.number <= before)
  if (touches) return merge(known, lines)
  return merge(
    lines,
    known.filter((line) => line.number > before),
  )
}

/** The newest lines; `true` when older ones were let go. */
export function trim(lines: Line[], most = MOST_KEPT): [Line[], boolean] {
  return lines.length > most ? [lines.slice(-most), true] : [lines, false]
}
