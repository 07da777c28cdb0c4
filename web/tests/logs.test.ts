import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { fits, join, lineOfMessage, merge, trim, type Filter, type Line } from '@/pages/logs/lines'
import { useLogLevel, type LogLevels } from '@/pages/logs/logLevel'
import { asJsonLines, asText } from '@/pages/logs/logText'

const line = (number: number, about: Partial<Line> = {}): Line => ({
  number,
  at: '2026-11-22T12:00:00Z',
  level: 'info',
  part: 'run',
  sentence: `line ${number}`,
  values: {},
  missed: 0,
  ...about,
})
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index))
const numbers = (all: Line[]) => all.map(({ number }) => number)
const page = (all: Line[], hasMore = false, oldestKept = 1) => ({
  lines: all,
  hasMore,
  oldestKept,
})

describe('lines of the log', () => {
  const all: Filter = { level: 'debug', part: '', run: 0, search: '' }

  it('are filtered as the server does', () => {
    const failed = line(1, { level: 'warning', values: { run: 7 }, sentence: 'List TOP: blocked' })
    expect(fits(failed, all)).toBe(true)
    expect(fits(failed, { ...all, level: 'warning' })).toBe(true)
    expect(fits(failed, { ...all, level: 'error' })).toBe(false)
    expect(fits(failed, { ...all, part: 'web' })).toBe(false)
    expect(fits(failed, { ...all, run: 7, search: 'top' })).toBe(true)
    expect(fits(failed, { ...all, run: 8 })).toBe(false)
    expect(fits(failed, { ...all, search: 'heat' })).toBe(false)
  })

  it('stand in order and once, wherever they come from', () => {
    expect(numbers(merge(lines(3, 5), lines(1, 3)))).toEqual([1, 2, 3, 4, 5])
    expect(numbers(merge(lines(1, 3), [line(3), line(6)]))).toEqual([1, 2, 3, 6])
  })

  it('keep what is said of missing ones when the same line comes again', () => {
    const said = line(9, { missed: 4 })
    expect(merge([said], lines(8, 9)).find(({ number }) => number === 9)?.missed).toBe(4)
  })

  it('say how many are missing before them', () => {
    const data = { level: 'info', part: 'run', sentence: 'x', values: {} }
    const message = { type: 'log', number: 40, at: '2026-11-22T12:00:00Z', missed: 12, data }
    expect(lineOfMessage(message)?.missed).toBe(12)
    expect(lineOfMessage({ type: 'log' })).toBeNull()
  })

  it('are let go at the old end when there are too many', () => {
    const [kept, isTrimmed] = trim(lines(1, 10), 4)
    expect(numbers(kept)).toEqual([7, 8, 9, 10])
    expect(isTrimmed).toBe(true)
  })
})

describe('reading the newest lines anew', () => {
  it('adds what was said while the connection was lost', () => {
    expect(numbers(join(lines(1, 5), page(lines(4, 8), true), 5))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('leaves no hole: a page that does not touch what is known stands alone', () => {
    expect(numbers(join(lines(1, 5), page(lines(20, 22), true, 9), 5))).toEqual([20, 21, 22])
  })

  it('is not fooled by gaps that the filter made', () => {
    expect(numbers(join([line(1), line(5)], page([line(5), line(20)]), 5))).toEqual([1, 5, 20])
  })

  it('keeps lines that came over the live connection meanwhile', () => {
    const known = [...lines(1, 5), line(9)]
    expect(numbers(join(known, page(lines(1, 8)), 5))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(numbers(join(known, page(lines(7, 8), true), 5))).toEqual([7, 8, 9])
  })

  it('begins anew when the server does', () => {
    expect(numbers(join(lines(90, 95), page(lines(1, 3)), 95))).toEqual([1, 2, 3])
  })

  it('keeps what the server has let go since', () => {
    expect(numbers(join([line(50)], page([], false, 900), 50))).toEqual([50])
  })
})

describe('the log as a file', () => {
  const failed = line(3, { level: 'error', values: { run: 7, by: 'anna (key x)' } })

  it('is text for people, with values that can be told apart', () => {
    expect(asText([failed])).toBe(
      '2026-11-22T12:00:00Z error   run: line 3 run=7 by="anna (key x)"\n',
    )
  })

  it('is one JSON object a line for programs', () => {
    const written = asJsonLines([failed, line(4)])
      .trimEnd()
      .split('\n')
    expect(written).toHaveLength(2)
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ number: 3, values: { run: 7 } })
  })
})

describe('levels of parts', () => {
  const sent: unknown[] = []
  let kept: { level: string; parts: Record<string, string> }

  const server = async (request: Request) => {
    if (request.method === 'PUT') {
      const body = (await request.json()) as Partial<typeof kept>
      sent.push(body)
      kept = { ...kept, ...body }
    }
    return Response.json(kept)
  }
  const recorded = async () => {
    vi.stubGlobal('fetch', vi.fn(server))
    let levels: LogLevels | undefined
    const Page = defineComponent({ setup: () => ((levels = useLogLevel()), () => null) })
    mount(Page, { global: { plugins: [createPinia(), PiniaColada] } })
    await flushPromises()
    if (!levels) throw new Error('nothing was made')
    return levels
  }

  beforeEach(() => {
    sent.length = 0
    kept = { level: 'info', parts: { web: 'debug' } }
  })

  it('are sent together, for what is sent replaces what was before', async () => {
    const levels = await recorded()
    await levels.setPart('guard', 'error')
    await levels.setPart('web', null)
    expect(sent).toEqual([
      { level: 'info', parts: { web: 'debug', guard: 'error' } },
      { level: 'info', parts: { guard: 'error' } },
    ])
    expect(levels.ofParts.value).toEqual({ guard: 'error' })
  })

  it('stay as they are when the level of all changes', async () => {
    const levels = await recorded()
    levels.level.value = 'warning'
    await flushPromises()
    expect(sent).toEqual([{ level: 'warning' }])
    expect(levels.ofParts.value).toEqual({ web: 'debug' })
  })
})
