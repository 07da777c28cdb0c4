/**
 * What the API's words are called on the page, and which of the five status colours each has: one
 * row a word, so that a status looks the same wherever it stands.
 */
import english from '@/text/en/words.json'
import { useText } from '@/text/text'

/** requested: blue, available: green, waiting: amber, needs: red, skipped: grey. */
export type Tone = 'requested' | 'available' | 'waiting' | 'needs' | 'skipped'

export interface Mark {
  tone: Tone
  word: string
}

type Key = keyof typeof english
const text = useText('words', english)

const statusTones: Record<string, Tone> = {
  requested: 'requested',
  would_be_synced: 'requested',
  already_requested: 'waiting',
  already_available: 'available',
  skipped: 'skipped',
  not_found: 'needs',
  error: 'needs',
  request_failed: 'needs',
  cancelled: 'waiting',
}

const decisionTones: Record<string, Tone> = {
  request: 'requested',
  skip_available: 'available',
  skip_requested: 'waiting',
  skip_partial_current: 'waiting',
  unmatched: 'needs',
}

const outcomeTones: Record<string, Tone> = {
  ok: 'available',
  unchanged: 'available',
  partial: 'waiting',
  empty: 'waiting',
  rate_limited: 'waiting',
  private: 'needs',
  not_found: 'needs',
  blocked: 'needs',
  auth_failed: 'needs',
  changed_format: 'needs',
  unreachable: 'needs',
}

const stateTones: Record<string, Tone> = {
  queued: 'waiting',
  running: 'requested',
  completed: 'available',
  completed_with_errors: 'waiting',
  failed: 'needs',
}

/** How a run's items fall into the tabs and bars that are shown of it, in this order. */
export const groups = [
  'new',
  'there',
  'asked_before',
  'needs_person',
  'failed',
  'not_asked',
] as const
export type Group = (typeof groups)[number]

const groupTones: Record<Group, Tone> = {
  new: 'requested',
  there: 'available',
  asked_before: 'waiting',
  needs_person: 'needs',
  failed: 'needs',
  not_asked: 'skipped',
}

function markOf(family: string, word: string, tones: Record<string, Tone>): Mark {
  const key = `${family}_${word || 'none'}`
  return { tone: tones[word] ?? 'skipped', word: key in english ? text(key as Key) : word }
}

export const statusMark = (item: { status: string; ignored?: boolean }): Mark =>
  item.ignored ? markOf('status', 'ignored', {}) : markOf('status', item.status, statusTones)
export const decisionMark = (decision: string) => markOf('decision', decision, decisionTones)
export const outcomeMark = (outcome: string) => markOf('outcome', outcome, outcomeTones)
export const stateMark = (state: string) => markOf('state', state, stateTones)
/** Of a dry run nothing is new yet: it would be. */
export const groupMark = (group: Group, dryRun = false): Mark =>
  group === 'new' && dryRun
    ? { tone: groupTones.new, word: text('group_would_be_new') }
    : markOf('group', group, groupTones)

/** Whether we have tried to read a list: a time that moved in with it is the earlier program's. */
export const isRead = (outcome: string) => !['', 'unsupported'].includes(outcome)

/** Outcomes that leave a list without fresh data. */
export const isTrouble = (outcome: string) => outcomeTones[outcome] === 'needs'

/** How bad a line of the log is. */
export const levels = ['debug', 'info', 'warning', 'error'] as const
export type Level = (typeof levels)[number]
const levelTones: Record<string, Tone> = { warning: 'waiting', error: 'needs' }
export const levelMark = (level: string) => markOf('level', level, levelTones)

export const kindWord = (kind: string) => markOf('kind', kind, {}).word

/** "Full sync", "Dry run · One list · 4K". */
export const runWord = (run: { mode: string; dry_run: boolean; quality?: string }): string =>
  [
    run.dry_run && text('dry_run'),
    markOf('mode', run.mode, {}).word,
    run.quality === '4k' && text('in_4k'),
  ]
    .filter(Boolean)
    .join(' · ')
export const triggerWord = (trigger: string) => markOf('trigger', trigger, {}).word

/** "Heat (1995)" */
export const titleWithYear = (item: { title: string; year: number | null }) =>
  item.year ? `${item.title} (${item.year})` : item.title

/** The API's reasons are parts of sentences; alone they stand as whole ones. */
export function asSentence(reason: string): string {
  const whole = reason.charAt(0).toLocaleUpperCase() + reason.slice(1)
  return !whole || /[.!?…]$/.test(whole) ? whole : `${whole}.`
}

/** Why an item stands as it does: what went wrong counts for more than what was planned. */
export const whyOf = (item: { status: string; reason: string; answer: string }) =>
  item.status === 'requested' ? item.reason : item.answer || item.reason
