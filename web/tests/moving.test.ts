import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import type { MovedIn, MovedInLine } from '@/api/types'
import MovedInNote from '@/pages/moving/MovedInNote.vue'
import MovedLines from '@/pages/moving/MovedLines.vue'
import { MOST_MB, PIECE } from '@/pages/moving/upload'
import { useMoveIn } from '@/pages/moving/useMoveIn'

const line = (result: MovedInLine['result'], sentence: string): MovedInLine => ({
  result,
  part: 'lists',
  count: 1,
  sentence,
})

const answer = (taken: number): MovedIn => ({
  dry_run: true,
  taken_over: taken,
  already_there: 0,
  left_out: 0,
  lines: [line('taken_over', 'imdb:top is taken over')],
})

/** Each request, and what is answered to it. */
function serve(answers: (request: Request) => unknown) {
  const asked: { method: string; path: string; body: string; type: string | null }[] = []
  vi.stubGlobal(
    'fetch',
    vi.fn(async (request: Request) => {
      const { pathname, search } = new URL(request.url)
      const type = request.headers.get('Content-Type')
      asked.push({
        ...{ method: request.method, path: pathname + search, type },
        body: await request.clone().text(),
      })
      const told = answers(request)
      return told instanceof Response ? told : Response.json(told)
    }),
  )
  return asked
}

function start() {
  let state: ReturnType<typeof useMoveIn> | undefined
  const page = mount(
    defineComponent({
      setup() {
        state = useMoveIn()
        return () => null
      },
    }),
    { global: { plugins: [createPinia()] } },
  )
  if (!state) throw new Error('not set up')
  return { state, page }
}

const isPiece = (request: Request) => request.url.includes('/upload')
const sizeAt = (request: Request) => Number(new URL(request.url).searchParams.get('offset')) + PIECE

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a database that is chosen', () => {
  it('is sent in pieces, in order, and then looked at', async () => {
    const asked = serve((request) => (isPiece(request) ? { size: sizeAt(request) } : answer(3)))
    const { state } = start()
    await state.choose(new File(['x'.repeat(PIECE + 5)], 'list_sync.db'))
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /api/import/upload?offset=0',
      `PUT /api/import/upload?offset=${PIECE}`,
      'POST /api/import',
    ])
    expect(asked[0]?.type).toBe('application/octet-stream')
    expect(asked.map(({ body }) => body.length).slice(0, 2)).toEqual([PIECE, 5])
    expect(JSON.parse(asked[2]?.body ?? '')).toMatchObject({ path: 'upload', dry_run: true })
    expect(state.ready.value).toBe(true)
  })

  it('is not sent when it is too large', async () => {
    const asked = serve(() => ({}))
    const { state } = start()
    const file = new File([''], 'large.db')
    Object.defineProperty(file, 'size', { value: MOST_MB * 1024 * 1024 + 1 })
    await state.choose(file)
    expect(asked).toEqual([])
    expect(state.failure.value).toContain(`${MOST_MB} MB`)
  })

  it('says why it is refused, and lets another be chosen', async () => {
    const refused = { detail: 'that is no database of theirs', code: 'not_taken_over' }
    serve((request) => (isPiece(request) ? { size: 1 } : Response.json(refused, { status: 422 })))
    const { state } = start()
    await state.choose(new File(['x'], 'diary.db'))
    expect(state.failure.value).toBe('That is no database of theirs.')
    expect(state.ready.value).toBe(false)
    expect(state.busy.value).toBeNull()
  })

  it('counts for nothing once another was chosen', async () => {
    serve((request) => (isPiece(request) ? { size: 1 } : answer(3)))
    const { state } = start()
    const first = state.choose(new File(['x'], 'a.db'))
    await state.choose(new File(['y'], 'b.db'))
    await first
    expect(state.file.value?.name).toBe('b.db')
    expect(state.busy.value).toBeNull()
  })

  it('is looked at anew with its key', async () => {
    vi.useFakeTimers()
    const asked = serve((request) => (isPiece(request) ? { size: 1 } : answer(3)))
    const { state } = start()
    await state.choose(new File(['x'], 'list_sync.db'))
    state.key.value = ' the key '
    await vi.advanceTimersByTimeAsync(600)
    expect(asked).toHaveLength(3)
    expect(JSON.parse(asked[2]?.body ?? '')).toMatchObject({ encryption_key: 'the key' })
  })

  it('leaves nothing behind when nobody goes on', async () => {
    const asked = serve((request) => (isPiece(request) ? { size: 1 } : answer(3)))
    const { state, page } = start()
    await state.choose(new File(['x'], 'list_sync.db'))
    page.unmount()
    await flushPromises()
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/import/upload' })
  })

  it('is gone once it was taken over', async () => {
    const asked = serve((request) => (isPiece(request) ? { size: 1 } : answer(3)))
    const { state, page } = start()
    await state.choose(new File(['x'], 'list_sync.db'))
    expect(await state.run()).toMatchObject({ taken_over: 3 })
    page.unmount()
    await flushPromises()
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(false)
  })
})

describe('what became of everything', () => {
  it('begins with what was left out', () => {
    const lines = [line('taken_over', 'a'), line('already_there', 'b'), line('left_out', 'c')]
    const page = mount(MovedLines, { props: { lines } })
    expect(page.findAll('li').map((row) => row.text().slice(0, 2))).toEqual(['C.', 'A.', 'B.'])
  })
})

describe('the note of what moved in at the start', () => {
  const show = async (found: unknown) => {
    serve(() => found)
    const page = mount(MovedInNote, {
      global: { plugins: [createPinia(), PiniaColada] },
    })
    await flushPromises()
    return page
  }

  it('says how much, and how much was left out', async () => {
    const taken_over = { lists: 2, items: 1200, requests: 900, runs: 1, settings: 0, users: 0 }
    const lines = [line('left_out', 'x')]
    const at_start = { at: '2026-11-22T20:00:00Z', taken_over, lines }
    const page = await show({ taken_over_at_start: true, at_start, files: [] })
    expect(page.text()).toContain('2 lists, 1,200 titles, and 1 sync of its history')
    expect(page.text()).toContain('1 thing was left out.')
  })

  it('is silent where nothing did', async () => {
    const page = await show({ taken_over_at_start: false, at_start: null, files: [] })
    expect(page.text()).toBe('')
  })
})
