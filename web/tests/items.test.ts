import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, ref } from 'vue'
import type { Item } from '@/api/types'
import { actionsFor, fittingFor } from '@/pages/items/actions'
import { neighbours } from '@/pages/items/browsing'
import { csvOf, readAll } from '@/pages/items/csv'
import { activeFilters, queryOf, type ItemQuery } from '@/pages/items/filters'
import { foldHistory, seasonRanges, type Decision } from '@/pages/items/history'
import { useItemPages } from '@/pages/items/itemPages'
import { parsePasted, searchOf } from '@/pages/items/pasted'
import { nextIndex } from '@/pages/items/roving'
import { useSelection } from '@/pages/items/selection'

const item = (id: number, more: Partial<Item> = {}): Item => ({
  id,
  title: `Title ${id}`,
  year: 2000,
  media_type: 'movie',
  imdb_id: null,
  tmdb_id: id,
  tvdb_id: null,
  overseerr_id: id,
  poster: null,
  status: 'requested',
  decision: 'request',
  rule: '',
  reason: '',
  proof: 'list',
  error_message: '',
  ignored: false,
  match: null,
  first_seen: null,
  last_synced: null,
  run_id: 1,
  list_sources: [{ id: 1, list_type: 'imdb', list_id: 'top', display_name: 'Top', rank: 1 }],
  ...more,
})

describe('filters in the address', () => {
  it('ask the API by its own names', () => {
    expect(
      queryOf({
        search: ' heat ',
        status: 'requested',
        list: '4',
        year_from: '1990',
        need: 'refused',
      }),
    ).toEqual({ search: 'heat', status: 'requested', list: 4, year_from: 1990, need: 'refused' })
  })

  it('leave out what is not asked for', () => {
    expect(
      queryOf({ search: '', status: '', needs_person: '', ignored: 'false', sort: 'recent' }),
    ).toEqual({})
  })

  it.each([
    [{ status: 'nonsense' }],
    [{ list: '-1' }],
    [{ list: 'abc' }],
    [{ year_to: '99999' }],
    [{ need: 'everything' }],
    [{ sort: 'colour' }],
    [{ reversed: 'maybe' }],
  ])('pass over what makes no sense: %j', (told) => expect(queryOf(told)).toEqual({}))

  it('count without the search and the order', () => {
    const query = queryOf({ search: 'x', sort: 'title', needs_person: 'true', media_type: 'tv' })
    expect(activeFilters(query)).toEqual(['media_type', 'needs_person'])
  })
})

/** Answers as the server does: pages of a fixed number of items, with cursors. */
function serve(count: number) {
  const asked: URL[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    const url = new URL(request.url)
    asked.push(url)
    const limit = Number(url.searchParams.get('limit'))
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const to = Math.min(count, from + limit)
    const items = Array.from({ length: to - from }, (_, at) => item(from + at + 1))
    const body = {
      items,
      total: count,
      total_is_exact: true,
      page: null,
      limit,
      total_pages: 1,
      next_cursor: to < count ? String(to) : null,
    }
    return Promise.resolve(Response.json(body))
  })
  return asked
}

function pagesOf(query: () => ItemQuery) {
  const held: { pages?: ReturnType<typeof useItemPages> } = {}
  const page = defineComponent({
    setup() {
      held.pages = useItemPages(query)
      return () => null
    },
  })
  mount(page, { global: { plugins: [createPinia(), PiniaColada] } })
  if (!held.pages) throw new Error('not set up')
  return held.pages
}

describe('the pages of items', () => {
  it('are read one after the other until there are enough', async () => {
    const asked = serve(450)
    const pages = pagesOf(() => ({}))
    await flushPromises()
    expect(pages.items.value).toHaveLength(100)
    pages.want(250)
    await vi.waitFor(() => expect(pages.items.value).toHaveLength(300))
    await flushPromises()
    expect(asked.map((url) => url.searchParams.get('cursor'))).toEqual([null, '100', '200'])
    expect(pages.total.value).toBe(450)
  })

  it('end where the server says so', async () => {
    const asked = serve(150)
    const pages = pagesOf(() => ({}))
    pages.want(1000)
    await vi.waitFor(() => expect(pages.items.value).toHaveLength(150))
    await flushPromises()
    expect(pages.hasMore.value).toBe(false)
    expect(asked).toHaveLength(2)
  })

  it('leave the old items while others are read', async () => {
    serve(150)
    const query = ref<ItemQuery>({})
    const pages = pagesOf(() => query.value)
    await flushPromises()
    query.value = { search: 'heat' }
    await Promise.resolve()
    expect(pages.items.value).toHaveLength(100)
    expect(pages.query.isPlaceholderData.value).toBe(true)
    await flushPromises()
    expect(pages.query.isPlaceholderData.value).toBe(false)
  })
})

describe('arrow keys', () => {
  const place = { at: 7, count: 23, columns: 5, rows: 3 }
  it.each([
    ['ArrowRight', 8],
    ['ArrowLeft', 6],
    ['ArrowDown', 12],
    ['ArrowUp', 2],
    ['PageDown', 22],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 22],
    ['Enter', undefined],
  ])('%s leads from 7 to %s', (key, index) => expect(nextIndex(key, place)).toBe(index))

  it('stay in the first and the last row', () => {
    expect(nextIndex('ArrowUp', { ...place, at: 3 })).toBe(3)
    expect(nextIndex('ArrowDown', { ...place, at: 21 })).toBe(21)
  })

  it('reach a shorter last row', () => {
    expect(nextIndex('ArrowDown', { ...place, at: 19 })).toBe(22)
  })

  it('follow the direction of writing', () => {
    expect(nextIndex('ArrowLeft', { ...place, isRightToLeft: true })).toBe(8)
  })

  it('leave left and right alone in a table', () => {
    expect(nextIndex('ArrowRight', { ...place, columns: 1 })).toBeUndefined()
  })
})

describe('selecting', () => {
  it('goes on from the last one to the one pressed with shift', () => {
    const all = [1, 2, 3, 4, 5].map((id) => item(id))
    const selection = useSelection(500)
    selection.toggle(item(2))
    selection.extend(item(4), all)
    expect(selection.items.value.map(({ id }) => id)).toEqual([2, 3, 4])
  })

  it('ends at as many as one sync takes', () => {
    const selection = useSelection(2)
    selection.put([item(1), item(2), item(3)])
    expect(selection.items.value).toHaveLength(2)
    expect(selection.isFull.value).toBe(true)
  })
})

describe('what can be done about an item', () => {
  const on = item(1).list_sources
  it.each([
    ['requested', {}, ['rematch', 'check', 'ignore']],
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

describe('a table for spreadsheets', () => {
  it('quotes what must be quoted and lets nothing be a formula', () => {
    const [, line] = csvOf([item(1, { title: '=Say "Hi", now' })]).split('\r\n')
    expect(line).toMatch(/^"'=Say ""Hi"", now",2000,movie,requested,/)
  })

  it('reads all pages and tells how far it is', async () => {
    serve(1200)
    const told: string[] = []
    const items = await readAll(
      {},
      (read, total) => told.push(`${read}/${total}`),
      new AbortController().signal,
    )
    expect(items).toHaveLength(1200)
    expect(told).toEqual(['500/1200', '1000/1200', '1200/1200'])
  })

  it('ends at ten thousand', async () => {
    serve(12_000)
    const items = await readAll({}, () => {}, new AbortController().signal)
    expect(items).toHaveLength(10_000)
  })
})

describe('neighbours of an item', () => {
  it('are those of the row that one came from', () => {
    expect(neighbours(2, [1, 2, 3])).toEqual({ previous: 1, next: 3 })
    expect(neighbours(9, [1, 2, 3])).toEqual({ previous: undefined, next: undefined })
  })
})
