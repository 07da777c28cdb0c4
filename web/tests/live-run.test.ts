import { describe, expect, it } from 'vitest'
import type { LiveList } from '@/api/types'
import {
  countRequested,
  mergeItems,
  mergePhase,
  mergeRead,
  mergeTold,
  type LiveItem,
} from '@/live/merge'
import { doneWords, phaseWord, progressSentence } from '@/live/progressWords'

const progress = { phase: 'requesting', done: 0, total: 0, per_second: 0, left_ms: null }
const full = { mode: 'full', trigger: 'schedule', dry_run: false }

describe('the sentence of a run under way', () => {
  it('says how much is done, how fast, and how long it still takes', () => {
    const at = { ...progress, done: 1840, total: 3012, per_second: 14.2, left_ms: 80_000 }
    expect(progressSentence(full, at, 12)).toBe(
      'Full sync · 12 lists · 1,840 of 3,012 requests · 14 a second · 1 min 20 sec left',
    )
  })

  it('says nothing about what is not known yet', () => {
    expect(progressSentence({ ...full, dry_run: true }, progress, 0)).toBe('Dry run · Full sync')
    expect(progressSentence(full, null, 1)).toBe('Full sync · 1 list')
  })

  it('counts what the phase counts', () => {
    expect(doneWords({ ...progress, phase: 'fetching lists', done: 1, total: 9 })).toBe(
      '1 of 9 lists read',
    )
    expect(doneWords({ ...progress, phase: 'connecting', total: 1 })).toBe('')
  })

  it('names phases in words, new ones in the server’s, and says that it is being cancelled', () => {
    expect(phaseWord({ phase: 'reading Seerr' })).toBe('Asking Seerr what is there')
    expect(phaseWord({ phase: 'sweeping' })).toBe('sweeping')
    expect(phaseWord({ phase: 'requesting', cancelling: true })).toBe('Cancelling')
  })
})

const list = (id: number, more: Partial<LiveList> = {}): LiveList => ({
  id,
  list_type: 'imdb',
  list_id: 'top',
  display_name: 'Top',
  state: 'waiting',
  outcome: null,
  message: '',
  item_count: 0,
  from_snapshot: false,
  requested: 0,
  ...more,
})
const item = (item_id: number, more: Partial<LiveItem> = {}) =>
  ({ item_id, status: 'requested', title: 'Heat', ...more }) as LiveItem

describe('the lists of a run under way', () => {
  it('are taken from what was read by whoever comes in the middle', () => {
    expect(mergeRead([], [list(1, { state: 'read', requested: 3 })])).toMatchObject([
      { state: 'read', requested: 3 },
    ])
  })

  it('never go back when a reading comes later than an event', () => {
    const told = mergeTold([list(1)], { list_id: 1, outcome: 'ok', message: '', items: 250 })
    const merged = mergeRead(countRequested(told, item(7, { lists: [1] })), [list(1)])
    expect(merged).toMatchObject([{ state: 'read', item_count: 250, requested: 1 }])
  })

  it('are all being read once that phase begins', () => {
    const lists = [list(1), list(2, { state: 'read' })]
    expect(mergePhase(lists, 'connecting')).toBe(lists)
    expect(mergePhase(lists, 'fetching lists').map(({ state }) => state)).toEqual([
      'reading',
      'read',
    ])
  })

  it('keep that older data is used until it is told otherwise', () => {
    const told = { list_id: 1, outcome: 'blocked', message: '', items: 88 }
    const first = mergeTold([list(1, { from_snapshot: true })], told)
    expect(first[0]?.from_snapshot).toBe(true)
    expect(mergeTold(first, { ...told, from_snapshot: false })[0]?.from_snapshot).toBe(false)
  })

  it('count only what was really requested, once for each list that holds it', () => {
    const lists = [list(1), list(2), list(3)]
    const counted = countRequested(lists, item(7, { lists: [1, 3] }))
    expect(counted.map(({ requested }) => requested)).toEqual([1, 0, 1])
    expect(countRequested(lists, item(8, { status: 'skipped', lists: [1] }))).toBe(lists)
  })
})

describe('the newest items', () => {
  it('come first, each once with its newest word, and no more than fit', () => {
    const merged = mergeItems([item(2, { status: 'requested' })], [item(1), item(2), item(3)], 2)
    expect(merged.map(({ item_id }) => item_id)).toEqual([2, 1])
  })
})
