/** How many titles were added on each day: films and series, one column a day. */

export interface Addition {
  timestamp: string
  count: number
  type: string
}

export interface DayOfAdditions {
  /** The day, as the API writes it: 2026-11-22. */
  day: string
  films: number
  series: number
}

const DAY_MS = 86_400_000

/** Every day of the span has a place, also those on which nothing came. */
export function daysOf(additions: Addition[], until: Date, days: number): DayOfAdditions[] {
  const byDay = new Map<string, DayOfAdditions>()
  for (let back = days - 1; back >= 0; back--) {
    const day = new Date(until.getTime() - back * DAY_MS).toISOString().slice(0, 10)
    byDay.set(day, { day, films: 0, series: 0 })
  }
  for (const { timestamp, count, type } of additions) {
    const of = byDay.get(timestamp.slice(0, 10))
    if (of && type === 'tv') of.series += count
    else if (of) of.films += count
  }
  return [...byDay.values()]
}

/** The top of the scale: 1, 2 or 5 and zeros, not below the largest. */
export function scaleTop(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, largest)))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= largest) ?? power
}
