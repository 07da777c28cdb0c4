/** Where one mends each thing that needs a person: one row a kind. */
import type { RouteLocationRaw } from 'vue-router'
import type { AttentionEntry } from '@/api/types'
import type { Tone } from '@/words/words'

type Kind = AttentionEntry['kind']

const places: Record<Kind, (entry: AttentionEntry) => RouteLocationRaw> = {
  seerr_missing: () => ({ name: 'setup' }),
  seerr_trouble: () => ({ name: 'settings', params: { section: 'seerr' } }),
  schedule_problem: () => ({ name: 'settings', params: { section: 'schedule' } }),
  run_failed: (entry) => ({ name: 'run', params: { id: entry.run_id ?? 0 } }),
  list_key: () => ({ name: 'settings', params: { section: 'sources' } }),
  backup_failed: () => ({ name: 'settings', params: { section: 'backup' } }),
  list_unread: (entry) => ({ name: 'list', params: { id: entry.list?.id ?? 0 } }),
  notifier_disabled: () => ({ name: 'settings', params: { section: 'notifications' } }),
  request_failed: () => ({ name: 'items', query: { need: 'request_failed' } }),
  unmatched: () => ({ name: 'items', query: { need: 'unmatched' } }),
  refused: () => ({ name: 'items', query: { need: 'refused' } }),
  schedule_paused: () => ({ name: 'sync' }),
  no_lists: () => ({ name: 'add-list' }),
}

export const placeOf = (entry: AttentionEntry) => places[entry.kind](entry)

const tones: Record<AttentionEntry['severity'], Tone> = {
  error: 'needs',
  warning: 'waiting',
  info: 'skipped',
}

export const toneOf = (entry: AttentionEntry) => tones[entry.severity]
