import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, ref } from 'vue'
import { slotOf } from '@/pages/items/browse'
import { csvOf, readAll } from '@/pages/items/csv'
import { activeFilters, queryOf, type ItemQuery } from '@/pages/items/filters'
import { gatherer, useItemPages } from '@/pages/items/itemPages'
import { nextIndex } from '@/pages/items/roving'
import { item } from './support/items'

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

describe('pages that are put together', () => {
  const page = (...ids: number[]) => ({ items: ids.map((id) => item(id)) })
  const idsOf = (items: { id: number }[]) => items.map(({ id }) => id)

  it('show an item once that moved to a later page', () => {
    const gather = gatherer()
    const first = page(1, 2)
    expect(idsOf(gather([first]))).toEqual([1, 2])
    expect(idsOf(gather([first, page(2, 3)]))).toEqual([1, 2, 3])
  })

  it('begin anew when they were read anew', () => {
    const gather = gatherer()
    gather([page(1, 2), page(3)])
    expect(idsOf(gather([page(2, 4)]))).toEqual([2, 4])
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

describe('rows that lend their elements', () => {
  it('lend them to rows that are far away', () => {
    expect(slotOf(70, 3)).toBe(slotOf(6, 3))
  })

  it('never lend that of the row with the focus', () => {
    expect(slotOf(3, 3)).toBe('3')
    expect(slotOf(67, 3)).not.toBe(slotOf(3, 3))
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
