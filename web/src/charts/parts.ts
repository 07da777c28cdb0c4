/**
 * How the items of a run share the length of a bar. A part of one item in ten thousand must be
 * seen too, above all if it needs a person: so no part is shorter than `smallest`, and the long
 * ones give what that takes.
 */
import type { RunGroups } from '@/api/types'
import { formatAll, formatNumber } from '@/text/text'
import { groupMark, groups, type Group, type Tone } from '@/words/words'

export interface Part {
  group: Group
  tone: Tone
  word: string
  count: number
  start: number
  size: number
}

export const totalOf = (counts: RunGroups | null): number =>
  counts ? groups.reduce((sum, group) => sum + counts[group], 0) : 0

/** Sizes for `counts` that together are `length`, none below `smallest` unless all have to be. */
export function shares(counts: number[], length: number, smallest: number): number[] {
  const least = Math.min(smallest, length / Math.max(1, counts.length))
  let lifted = counts.map(() => false)
  // Each part that is lifted leaves less for the others, which may be too short then themselves.
  for (;;) {
    const large = counts.reduce((sum, count, at) => (lifted[at] ? sum : sum + count), 0)
    const room = length - least * lifted.filter(Boolean).length
    const sizes = counts.map((count, at) => (lifted[at] ? least : (count / large) * room))
    const next = sizes.map((size, at) => lifted[at] || size < least)
    if (next.every((is, at) => is === lifted[at])) return sizes
    lifted = next
  }
}

/** The parts of a bar, one after the other; groups without items have none. */
export function partsOf(
  counts: RunGroups | null,
  length: number,
  smallest: number,
  dryRun = false,
): Part[] {
  const present = groups.filter((group) => counts && counts[group] > 0)
  const numbers = present.map((group) => counts?.[group] ?? 0)
  const sizes = shares(numbers, length, smallest)
  let start = 0
  return present.map((group, at) => {
    const size = sizes[at] ?? 0
    start += size
    const mark = groupMark(group, dryRun)
    return { ...mark, group, count: numbers[at] ?? 0, start: start - size, size }
  })
}

/** "New: 7, Already there: 1,790 and Needs you: 3" */
export function partsInWords(parts: Pick<Part, 'word' | 'count'>[]): string {
  return formatAll(parts.map(({ word, count }) => `${word}: ${formatNumber(count)}`))
}
