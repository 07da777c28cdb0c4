/** Times as people say them, in their own zone; the only place that formats one. */
import { ref } from 'vue'
import { formatOf } from './formats'
import { locale } from './text'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Moves on by itself, so that "2 minutes ago" does not stay forever. */
export const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 20 * SECOND)

type Moment = string | number | Date

const units: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['minute', MINUTE, HOUR],
  ['hour', HOUR, DAY],
  ['day', DAY, 14 * DAY],
  ['week', 7 * DAY, 60 * DAY],
  ['month', 30 * DAY, 700 * DAY],
  ['year', 365 * DAY, Infinity],
]

/** "just now", "5 minutes ago", "in 3 hours" */
export function relative(moment: Moment, at = now.value): string {
  const distance = new Date(moment).getTime() - at
  const format = formatOf(Intl.RelativeTimeFormat, locale(), { numeric: 'auto', style: 'long' })
  const size = Math.abs(distance)
  if (size < 45 * SECOND) return format.format(0, 'second')
  const [unit, length] = units.find(([, , below]) => size < below) ?? ['year', 365 * DAY]
  return format.format(Math.round(distance / length) || Math.sign(distance), unit)
}

const exactOptions: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'long' }
const dayOptions: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
const logOptions: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
}

/** "06:05", or "6:05 AM": only hours of which there are twenty-four begin with a zero. */
export function clockOptions(): Intl.DateTimeFormatOptions {
  const { hour12 } = formatOf(Intl.DateTimeFormat, locale(), { hour: 'numeric' }).resolvedOptions()
  return { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' }
}
const shortOptions = () => ({ ...dayOptions, ...clockOptions() })

const inZone = (moment: Moment, options: Intl.DateTimeFormatOptions) =>
  formatOf(Intl.DateTimeFormat, locale(), options).format(new Date(moment))

/** The whole truth, for hovering. */
export const exact = (moment: Moment) => inZone(moment, exactOptions)
/** "22 Nov, 18:00" */
export const short = (moment: Moment) => inZone(moment, shortOptions())
/** "18:00" */
export const clock = (moment: Moment) => inZone(moment, clockOptions())
/** "18:00:05.120", for logs */
export const clockExact = (moment: Moment) =>
  inZone(moment, { ...logOptions, fractionalSecondDigits: 3 })
/** "Mon, 23 Nov, 06:00" */
export const weekday = (moment: Moment) => inZone(moment, { weekday: 'short', ...shortOptions() })
/** The time in another zone; null where there is no such zone. */
export function clockIn(zone: string, moment: Moment): string | null {
  try {
    return inZone(moment, { ...clockOptions(), timeZone: zone })
  } catch {
    return null
  }
}
/** The reader's own zone: "Europe/Berlin". */
export const ownZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone
/** "18:00:05", of another day "22 Nov, 18:00:05": for logs */
export function logTime(moment: Moment): string {
  const isToday = new Date(moment).toDateString() === new Date().toDateString()
  return inZone(moment, isToday ? logOptions : { ...dayOptions, ...logOptions })
}
/** "22 Nov" */
export const day = (moment: Moment) => inZone(moment, dayOptions)

const unitText = (value: number, unit: string) =>
  formatOf(Intl.NumberFormat, locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value)

/** "0.6 sec", "1 min, 20 sec", "2 hr, 5 min" */
export function duration(ms: number): string {
  if (ms < 10 * SECOND) return unitText(Math.round(ms / 100) / 10, 'second')
  if (ms < MINUTE) return unitText(Math.round(ms / SECOND), 'second')
  const [large, small, length] =
    ms < HOUR ? (['minute', 'second', MINUTE] as const) : (['hour', 'minute', HOUR] as const)
  const whole = Math.floor(ms / length)
  const rest = Math.round(((ms - whole * length) / length) * 60)
  return rest ? `${unitText(whole, large)} ${unitText(rest, small)}` : unitText(whole, large)
}
