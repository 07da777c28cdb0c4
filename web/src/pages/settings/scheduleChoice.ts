/**
 * When syncs begin by themselves, as one choice of three. ListSync keeps it in three places: a
 * switch, a text like "0 4 * * *" (which counts before the interval), and the interval's hours.
 */
export type Mode = 'interval' | 'times' | 'off'

export interface Choice {
  mode: Mode
  hours: number
  times: string
}

export interface Stored {
  on: boolean
  times: string
  hours: number
}

const USUAL_HOURS = 12
const USUAL_TIMES = '0 4 * * *'

export const hourPresets = [3, 6, 12, 24]
export const timePresets = ['0 4 * * *', '0 6,18 * * *', '30 18 * * mon-fri', '0 4 * * sun']

function modeOf(stored: Stored): Mode {
  if (!stored.on) return 'off'
  if (stored.times) return 'times'
  return stored.hours > 0 ? 'interval' : 'off'
}

export const choiceOf = (stored: Stored): Choice => ({
  mode: modeOf(stored),
  hours: stored.hours || USUAL_HOURS,
  times: stored.times || USUAL_TIMES,
})

export interface Changes {
  settings: Record<string, string | null>
  /** null: the interval stays. */
  hours: number | null
}

/** What has to be sent so that the choice holds; nothing for what holds already. */
export function changesFor(choice: Choice, stored: Stored): Changes {
  const settings: Changes['settings'] = {}
  const isOff = choice.mode === 'off'
  if (isOff && modeOf(stored) !== 'off') settings['AUTO_SYNC'] = 'false'
  if (!isOff && !stored.on) settings['AUTO_SYNC'] = 'true'
  if (choice.mode === 'times' && choice.times !== stored.times) {
    settings['SYNC_SCHEDULE'] = choice.times
  }
  if (choice.mode === 'interval' && stored.times) settings['SYNC_SCHEDULE'] = null
  const hours = choice.mode === 'interval' && choice.hours !== stored.hours ? choice.hours : null
  return { settings, hours }
}

export const countOf = (changes: Changes) =>
  Object.keys(changes.settings).length + (changes.hours === null ? 0 : 1)

const HOUR_MS = 3_600_000

/** The next times of an interval: each counts from the end of the sync before. */
export function intervalTimes(hours: number, last: string | null, at: number, count = 5): Date[] {
  if (!(hours > 0)) return []
  const length = hours * HOUR_MS
  const begin = Math.max((last ? Date.parse(last) : at) + length, at)
  return Array.from({ length: count }, (_, index) => new Date(begin + index * length))
}
