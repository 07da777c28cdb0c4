/** Where one mends each thing that needs a person, and who may: one row a kind. */
import type { RouteLocationRaw } from 'vue-router'
import type { AttentionEntry } from '@/api/types'
import type { Access } from '@/app/session'
import type { Tone } from '@/words/words'

type Kind = AttentionEntry['kind']

type Place = (entry: AttentionEntry) => RouteLocationRaw

const settings =
  (section: string): Place =>
  () => ({ name: 'settings', params: { section } })
const list: Place = (entry) => ({ name: 'list', params: { id: entry.list?.id ?? 0 } })
const items =
  (need: string): Place =>
  () => ({ name: 'items', query: { need } })

/** Who may do something about it, and where. */
const places: Record<Kind, [Access, Place]> = {
  database: ['admin', settings('backup')],
  seerr_missing: ['admin', () => ({ name: 'setup' })],
  seerr_trouble: ['admin', settings('seerr')],
  schedule_problem: ['admin', settings('schedule')],
  run_failed: ['read', (entry) => ({ name: 'run', params: { id: entry.run_id ?? 0 } })],
  no_sync: ['read', () => ({ name: 'history' })],
  list_key: ['admin', settings('sources')],
  backup_failed: ['admin', settings('backup')],
  list_unread: ['read', list],
  list_frozen: ['read', list],
  list_shrunk: ['read', list],
  key_ends: ['admin', settings('keys')],
  notifier_disabled: ['admin', settings('notifications')],
  request_failed: ['read', items('request_failed')],
  unmatched: ['sync', items('unmatched')],
  refused: ['read', items('refused')],
  quota: ['read', () => ({ name: 'items', query: { decision: 'skip_limit' } })],
  schedule_paused: ['sync', () => ({ name: 'sync' })],
  no_lists: ['sync', () => ({ name: 'add-list' })],
}

export const accessOf = (entry: AttentionEntry) => places[entry.kind][0]
export const placeOf = (entry: AttentionEntry) => places[entry.kind][1](entry)

const tones: Record<AttentionEntry['severity'], Tone> = {
  error: 'needs',
  warning: 'waiting',
  info: 'skipped',
}

export const toneOf = (entry: AttentionEntry) => tones[entry.severity]
