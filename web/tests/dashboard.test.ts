import { describe, expect, it } from 'vitest'
import type { List, Run } from '@/api/types'
import { daysOf, scaleTop } from '@/charts/additions'
import { lastSentence } from '@/pages/dashboard/headline'
import { sourcesOf } from '@/pages/dashboard/sources'

const list = (id: number, list_type: string, status: string, more: Partial<List> = {}) =>
  ({ id, list_type, status, message: '', last_synced: null, auto_sync: true, ...more }) as List

const titles: Record<string, string> = { imdb: 'IMDb', trakt: 'Trakt' }
const titleOf = (type: string) => titles[type] ?? type

describe('the health of the sources', () => {
  it('shows the list in trouble rather than those that are well', () => {
    const lists = [list(1, 'imdb', 'ok'), list(2, 'imdb', 'private', { message: 'It is private.' })]
    expect(sourcesOf(lists, titleOf)).toMatchObject([
      { title: 'IMDb', lists: 2, troubled: 1, outcome: 'private', message: 'It is private.' },
    ])
  })

  it('puts sources in trouble first, then goes by name', () => {
    const lists = [list(1, 'imdb', 'ok'), list(2, 'trakt', 'blocked'), list(3, 'other', 'ok')]
    expect(sourcesOf(lists, titleOf).map((source) => source.title)).toEqual([
      'Trakt',
      'IMDb',
      'other',
    ])
  })

  it('tells the age of the oldest data, and of what was never read', () => {
    const lists = [
      list(1, 'imdb', 'ok', { last_synced: '2026-11-22T09:00:00Z' }),
      list(2, 'imdb', 'ok', { last_synced: '2026-11-20T09:00:00Z' }),
      list(3, 'trakt', 'private'),
    ]
    expect(sourcesOf(lists, titleOf).map((source) => source.since)).toEqual([
      null,
      '2026-11-20T09:00:00Z',
    ])
  })

  it('takes no list that waits for its first reading for all of a source', () => {
    const [source] = sourcesOf(
      [list(1, 'imdb', ''), list(2, 'imdb', 'unchanged', { last_synced: '2026-11-20T09:00:00Z' })],
      titleOf,
    )
    expect(source).toMatchObject({ outcome: 'unchanged', since: '2026-11-20T09:00:00Z' })
    expect(sourcesOf([list(1, 'imdb', '')], titleOf)[0]).toMatchObject({ outcome: '', since: null })
  })

  it('leaves out lists that are switched off', () => {
    expect(sourcesOf([list(1, 'imdb', 'ok', { auto_sync: false })], titleOf)).toEqual([])
  })
})

describe('the news of the last sync', () => {
  const ended = {
    state: 'completed',
    completed_at: '2026-11-22T12:00:00Z',
    unread_lists: 0,
    items_processed: 40,
    items_requested: 0,
    groups: null,
  }
  const newsOf = (run: Partial<Run>) =>
    lastSentence({ ...ended, ...run } as Run).replace(/^Last sync .*?: /, '')

  it('are its requests, or that there was nothing new', () => {
    expect(lastSentence(null)).toBe('Nothing was synced yet.')
    expect(newsOf({ items_requested: 7, unread_lists: 1 })).toBe('7 new requests.')
    expect(newsOf({})).toBe('nothing new.')
  })

  it('are never “nothing new” when it could not look', () => {
    expect(newsOf({ state: 'failed' })).toBe('it failed.')
    expect(newsOf({ state: 'failed', items_requested: 7 })).toBe('it failed after 7 new requests.')
    expect(newsOf({ state: 'cancelled' })).toBe('it was stopped.')
    expect(newsOf({ unread_lists: 2, items_processed: 0 })).toBe('no list could be read.')
    expect(newsOf({ unread_lists: 1 })).toBe('nothing new in what could be read.')
  })
})

describe('additions day by day', () => {
  const until = new Date('2026-11-22T15:00:00Z')

  it('give every day a place, also those on which nothing came', () => {
    const additions = [
      { timestamp: '2026-11-20T00:00', count: 3, type: 'movie' },
      { timestamp: '2026-11-20T00:00', count: 2, type: 'tv' },
      { timestamp: '2026-11-22T00:00', count: 1, type: 'movie' },
      { timestamp: '2026-10-01T00:00', count: 9, type: 'movie' },
    ]
    expect(daysOf(additions, until, 3)).toEqual([
      { day: '2026-11-20', films: 3, series: 2 },
      { day: '2026-11-21', films: 0, series: 0 },
      { day: '2026-11-22', films: 1, series: 0 },
    ])
  })

  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [178, 200],
    [201, 500],
    [5001, 10000],
  ])('of which the largest is %i have %i at the top', (largest, top) => {
    expect(scaleTop(largest)).toBe(top)
  })
})
