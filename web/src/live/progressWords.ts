/** How far a run is, as one sentence: "Full sync · 12 lists · 20 of 282 requests · 14 a second". */
import type { Progress } from '@/api/types'
import english from '@/text/en/sync-progress.json'
import { useText } from '@/text/text'
import { duration } from '@/text/time'
import { runWord } from '@/words/words'
import { FETCHING } from './merge'

type Key = keyof typeof english
const text = useText('sync-progress', english)
const known = (key: string): key is Key => key in english

export type Known = Pick<Progress, 'phase' | 'done' | 'total' | 'per_second' | 'left_ms'>

/** "Reading the lists"; a phase that is new to us is said in the server's word. */
export function phaseWord(progress: { phase: string; cancelling?: boolean }): string {
  if (progress.cancelling) return text('cancelling')
  const key = `phase_${progress.phase}`
  return known(key) ? text(key) : progress.phase
}

/** "20 of 282 requests"; nothing while there is nothing to count. */
export function doneWords({ phase, done, total }: Known): string {
  const key = `done_${phase}`
  return known(key) && total > 0 ? text(key, { done, n: total }) : ''
}

const rateOf = (perSecond: number) =>
  perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)

export function progressSentence(
  run: Parameters<typeof runWord>[0],
  progress: Known | null,
  lists: number,
): string {
  // While lists are read, their number is said already.
  const all = lists && progress?.phase !== FETCHING ? text('lists', { n: lists }) : ''
  const parts = [runWord(run), all]
  if (progress) {
    const { per_second, left_ms } = progress
    parts.push(doneWords(progress))
    if (per_second) parts.push(text('rate', { n: rateOf(per_second) }))
    if (left_ms) parts.push(text('left', { time: duration(Math.max(1000, left_ms)) }))
  }
  return parts.filter(Boolean).join(' · ')
}

/** The lists are not all there yet. */
export const isReading = (phase: string) => phase === 'connecting' || phase === FETCHING
