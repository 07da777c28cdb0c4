/** Times of a day and days of a week, as the reader's language writes them. */
import { formatOf } from './formats'
import { locale } from './text'
import { clockOptions } from './time'

const of = (at: number, options: Intl.DateTimeFormatOptions) =>
  formatOf(Intl.DateTimeFormat, locale(), { ...options, timeZone: 'UTC' }).format(at)

/** "07:00", or "7:00 AM" */
export function timeOfDay(text: string): string {
  const [hour, minute] = text.split(':').map(Number)
  return of(Date.UTC(2023, 0, 1, hour, minute), clockOptions())
}

/** "Sunday" is 0; the first day of 2023 was one. */
export const weekdayName = (index: number) => of(Date.UTC(2023, 0, 1 + index), { weekday: 'long' })
