import { describe, expect, it } from 'vitest'
import { actionsFor, fittingFor } from '@/pages/items/actions'
import { neighbours } from '@/pages/items/browsing'
import { offersOf } from '@/pages/items/choices'
import { foldHistory, seasonRanges, type Decision } from '@/pages/items/history'
import { parsePasted, searchOf } from '@/pages/items/pasted'
import { item } from './support/items'

describe('what can be done about an item', () => {
  const on = item(1).list_sources
  it.each([
    ['requested', {}, ['check', 'rematch', 'ignore']],
    ['not synced yet', { status: '', decision: '' }, ['request', 'rematch', 'ignore']],
    ['unmatched', { status: 'not_found', decision: 'unmatched' }, ['match', 'retry', 'ignore']],
    ['failed', { status: 'request_failed' }, ['retry', 'rematch', 'ignore']],
    [
      'declined',
      { status: 'skipped', decision: 'skip_declined' },
      ['ask_again', 'rematch', 'ignore'],
    ],
    ['ignored', { ignored: true }, ['allow', 'ask_again']],
    ['ignored and on no list', { ignored: true, list_sources: [] }, ['allow']],
    ['on no list', { list_sources: [] }, ['rematch', 'ignore']],
  ])('%s', (_, more, actions) => {
    expect(actionsFor(item(1, { list_sources: on, ...more }))).toEqual(actions)
  })

  it('offers to forget a match that somebody made', () => {
    const match = { media_type: 'movie', tmdb_id: 9, title: '', who: 'anna' }
    expect(actionsFor(item(1, { match }))).toContain('unmatch')
  })

  it('takes of several those that it fits', () => {
    const several = [item(1), item(2, { ignored: true }), item(3, { status: 'request_failed' })]
    const ids = (action: Parameters<typeof fittingFor>[0]) =>
      fittingFor(action, several).map(({ id }) => id)
    expect([ids('request'), ids('retry'), ids('allow'), ids('ignore')]).toEqual([
      [1],
      [3],
      [2],
      [1, 3],
    ])
  })
})

describe('the history of an item', () => {
  const decided = (run_id: number, more: Partial<Decision> = {}): Decision => ({
    run_id,
    at: null,
    dry_run: false,
    decision: 'skip_available',
    status: 'already_available',
    rule: '',
    reason: 'this film is available',
    answer: '',
    ...more,
  })

  it('tells once what repeats itself', () => {
    const asked = decided(2, { decision: 'request', status: 'requested', reason: 'new' })
    const chapters = foldHistory([decided(5), decided(4), decided(3), asked])
    expect(chapters.map(({ times }) => times.map(({ run_id }) => run_id))).toEqual([[5, 4, 3], [2]])
  })

  it('tells each request', () => {
    const asked = { decision: 'request', status: 'requested' }
    expect(foldHistory([decided(2, asked), decided(1, asked)])).toHaveLength(2)
  })

  it('begins anew where the reason changes', () => {
    expect(foldHistory([decided(2), decided(1, { reason: 'another' })])).toHaveLength(2)
  })

  it('names seasons by ranges', () => {
    expect(seasonRanges('1,2,3,5')).toEqual([
      [1, 3],
      [5, 5],
    ])
    expect(seasonRanges('')).toEqual([])
  })
})

describe('what is pasted to say what a title is', () => {
  it.each([
    ['https://www.themoviedb.org/movie/949-heat', { media_type: 'movie', tmdb_id: 949 }],
    ['https://www.themoviedb.org/tv/1425?language=de', { media_type: 'tv', tmdb_id: 1425 }],
    ['themoviedb.org/movie/949', { media_type: 'movie', tmdb_id: 949 }],
    ['https://seerr.example.org/tv/1425', { media_type: 'tv', tmdb_id: 1425 }],
    ['tmdb:949', { media_type: null, tmdb_id: 949 }],
    ['https://www.imdb.com/title/tt0113277/?ref_=x', { media_type: null, imdb_id: 'tt0113277' }],
    ['https://m.imdb.com/de/title/tt0113277', { media_type: null, imdb_id: 'tt0113277' }],
    ['tt0113277', { media_type: null, imdb_id: 'tt0113277' }],
  ])('%s', (typed, pasted) => expect(parsePasted(typed)).toEqual(pasted))

  it.each(['Heat', '1917', '300', 'tt', 'https://www.themoviedb.org/movie/0', 'tmdb:99999999999'])(
    'is a title: %s',
    (typed) => expect(parsePasted(typed)).toBeNull(),
  )

  it('is looked for by its id', () => {
    expect(searchOf('x', parsePasted('tt0113277'))).toBe('imdb:tt0113277')
    expect(searchOf(' Heat ', null)).toBe('Heat')
  })
})

describe('neighbours of an item', () => {
  it('are those of the row that one came from', () => {
    expect(neighbours(2, [1, 2, 3])).toEqual({ previous: 1, next: 3 })
    expect(neighbours(9, [1, 2, 3])).toEqual({ previous: undefined, next: undefined })
  })
})

describe('what may be chosen as a match', () => {
  const heat = {
    media_type: 'movie' as const,
    tmdb_id: 949,
    title: 'Heat',
    original_title: 'Heat',
    year: 1995,
    overview: '',
    poster: null,
    poster_path: '',
  }
  const keys = (typed: string, kind = '') => offersOf(typed, [heat], kind).map(({ key }) => key)

  it('is what was found, of the kind that is wanted', () => {
    expect(keys('heat')).toEqual(['movie-949'])
    expect(keys('heat', 'tv')).toEqual([])
  })

  it('is also a number that was typed, after the titles of that name', () => {
    expect(keys('1917')).toEqual(['movie-949', 'movie-1917', 'tv-1917'])
  })

  it('offers a number only once', () => {
    expect(keys('tmdb:949', 'movie')).toEqual(['movie-949'])
  })

  it('goes by the kind of a pasted address', () => {
    expect(keys('https://www.themoviedb.org/tv/949', 'movie')).toEqual(['tv-949'])
  })
})
