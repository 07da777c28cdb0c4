/** The columns of the last runs: how high each is, and what it is called. */
import type { Run, RunGroups } from '@/api/types'
import english from '@/text/en/charts.json'
import { useText } from '@/text/text'
import { short } from '@/text/time'
import { groups, runWord, stateMark, type Mark } from '@/words/words'
import { partsInWords, partsOf, totalOf, type Part } from './parts'

export interface Column {
  run: Run
  what: string
  when: string
  mark: Mark
  parts: Part[]
  height: number
  name: string
}

const LOWEST = 8
const SMALLEST_PART = 3

const text = useText('charts', english)

export const momentOf = (run: Run) => run.started_at ?? run.queued_at ?? ''

/** Oldest first, as time runs; a run without items is a column of no height. */
export function columnsOf(runs: Run[], height: number): Column[] {
  const largest = Math.max(1, ...runs.map((run) => totalOf(run.groups)))
  const ordered = runs.toSorted((one, other) => one.id - other.id)
  return ordered.map((run) => {
    const total = totalOf(run.groups)
    const high = total ? Math.max(LOWEST, (total / largest) * height) : 0
    const parts = partsOf(run.groups, high, SMALLEST_PART, run.dry_run)
    const what = runWord(run)
    const when = momentOf(run) ? short(momentOf(run)) : ''
    const mark = stateMark(run.state)
    const words = partsInWords(parts) || text('no_items')
    const name = text('run_named', { what, when, state: mark.word, parts: words })
    return { run, what, when, mark, parts, height: high, name }
  })
}

/** The groups that at least one of the runs has. */
export function groupsIn(all: (RunGroups | null)[]) {
  return groups.filter((group) => all.some((counts) => counts && counts[group] > 0))
}
