/** What was decided about an item over time, with what repeated itself told once. */
import type { components } from '@/api/schema'

export type Decision = components['schemas']['ItemDecision']

export interface Chapter {
  /** The newest of them. */
  latest: Decision
  /** All of them, newest first. */
  times: Decision[]
}

const isSame = (one: Decision, other: Decision) =>
  one.decision === other.decision &&
  one.status === other.status &&
  one.reason === other.reason &&
  one.answer === other.answer

/** A request is an event each time it is made. */
const isEvent = (decision: Decision) =>
  decision.status === 'requested' || decision.status === 'request_failed'

export function foldHistory(history: Decision[]): Chapter[] {
  const chapters: Chapter[] = []
  for (const decision of history) {
    const chapter = chapters.at(-1)
    if (chapter && !isEvent(decision) && isSame(chapter.latest, decision))
      chapter.times.push(decision)
    else chapters.push({ latest: decision, times: [decision] })
  }
  return chapters
}

/** "1,2,3,5" as ranges: [[1, 3], [5, 5]] */
export function seasonRanges(seasons: string): [number, number][] {
  const ranges: [number, number][] = []
  for (const season of seasons.split(',').filter(Boolean).map(Number)) {
    const last = ranges.at(-1)
    if (last && last[1] + 1 === season) last[1] = season
    else ranges.push([season, season])
  }
  return ranges
}
