/**
 * What the last test of a target said. The server keeps no tests, so it is known until the page is
 * read anew; it lies with the answers of the server, and goes with them when somebody signs out.
 */
import { useQueryCache } from '@pinia/colada'
import type { Outcome } from '@/ui/TrialOutcome.vue'

export interface LastTest {
  at: string
  outcome: Outcome
}

const keyOf = (target: number) => ['tested', target]

export function useLastTests() {
  const cache = useQueryCache()
  const of = (target: number) => cache.getQueryData<LastTest | null>(keyOf(target)) ?? null

  /** Null: it was changed since, so a test of before says nothing of it. */
  const keep = (target: number, outcome: Outcome | null) =>
    cache.setQueryData(keyOf(target), outcome && { at: new Date().toISOString(), outcome })

  return { of, keep }
}
