import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { useRecognition } from '@/pages/lists/recognition'

interface Asked {
  path: string
  signal: AbortSignal
  answer: (body: object, status?: number) => void
}

let asked: Asked[] = []

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  vi.stubGlobal('fetch', (request: Request) => {
    return new Promise<Response>((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error))
      const answer = (body: object, status = 200) =>
        resolve(new Response(JSON.stringify(body), { status }))
      asked.push({ path: new URL(request.url).pathname, signal: request.signal, answer })
    })
  })
})
afterEach(() => vi.useRealTimers())

const check = (more: object = {}) => ({
  valid: true,
  list_type: 'imdb',
  list_id: 'top',
  list_url: 'https://www.imdb.com/chart/top/',
  already_kept: false,
  error: null,
  ...more,
})
const preview = { list_type: 'imdb', list_id: 'top', outcome: 'ok', read: 250, items: [] }

function typing(text = '') {
  const typed = ref(text)
  const recognition = effectScope().run(() => useRecognition(() => typed.value))
  if (!recognition) throw new Error('no scope')
  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
    await flushPromises()
  }
  const answer = async (body: object, status?: number) => {
    asked.at(-1)?.answer(body, status)
    await pass(0)
  }
  const state = () => recognition.found.value.state
  return { typed, recognition, pass, answer, state }
}

describe('what is typed', () => {
  it('is looked at once typing pauses, not at each letter', async () => {
    const { typed, pass, state } = typing()
    expect(state()).toBe('empty')
    for (const text of ['i', 'im', 'imdb:top']) {
      typed.value = text
      await pass(50)
    }
    expect(state()).toBe('recognising')
    expect(asked).toHaveLength(0)
    await pass(300)
    expect(asked.map((each) => each.path)).toEqual(['/api/lists/validate'])
  })

  it('is read from its source when it stays, and shown', async () => {
    const { pass, answer, state, recognition } = typing('imdb:top')
    await pass(300)
    await answer(check())
    expect(state()).toBe('reading')
    expect(asked).toHaveLength(1)
    await pass(1000)
    expect(asked.at(-1)?.path).toBe('/api/lists/preview')
    await answer(preview)
    expect(recognition.found.value).toMatchObject({ state: 'read', preview: { read: 250 } })
  })

  it('is read at once when it was pasted or picked', async () => {
    const { typed, recognition, pass, answer } = typing()
    recognition.hurry()
    typed.value = 'imdb:top'
    await pass(1)
    await answer(check())
    await pass(1)
    expect(asked.at(-1)?.path).toBe('/api/lists/preview')
  })

  it('ends what is under way when it changes, whose answer no longer counts', async () => {
    const { typed, pass, answer, state } = typing('imdb:top')
    await pass(300)
    await answer(check())
    await pass(1000)
    const reading = asked.at(-1)
    typed.value = 'imdb:topt'
    await pass(1)
    expect(reading?.signal.aborted).toBe(true)
    reading?.answer(preview)
    await pass(1)
    expect(state()).toBe('recognising')
  })

  it('says what is wrong with it', async () => {
    const { pass, answer, recognition } = typing('top')
    await pass(300)
    await answer(check({ valid: false, list_type: null, list_id: null, error: 'write imdb:top' }))
    await pass(2000)
    expect(recognition.found.value).toEqual({ state: 'unknown', sentence: 'write imdb:top' })
    expect(asked).toHaveLength(1)
  })

  it('is not read again when it is among the lists', async () => {
    const { pass, answer, state } = typing('imdb:top')
    await pass(300)
    await answer(check({ already_kept: true }))
    await pass(2000)
    expect(state()).toBe('kept')
    expect(asked).toHaveLength(1)
  })

  it('can be tried again when it could not be read', async () => {
    const { pass, answer, state, recognition } = typing('imdb:top')
    await pass(300)
    await answer(check())
    await pass(1000)
    await answer({ detail: 'IMDb did not answer.', code: 'upstream' }, 502)
    expect(recognition.found.value).toMatchObject({
      state: 'unread',
      sentence: 'IMDb did not answer.',
    })
    recognition.again()
    await pass(1)
    expect(state()).toBe('recognising')
    expect(asked.at(-1)?.path).toBe('/api/lists/validate')
  })

  it('leaves nothing behind when the field is emptied', async () => {
    const { typed, pass, answer, state } = typing('imdb:top')
    await pass(300)
    await answer(check())
    typed.value = '  '
    await pass(2000)
    expect(state()).toBe('empty')
    expect(asked).toHaveLength(1)
  })
})
