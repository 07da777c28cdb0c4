/**
 * What a person typed, step by step: looked at as soon as typing pauses (offline and cheap), then,
 * when it names a list that is not kept yet, read from its source (slow). Whatever is typed next
 * ends what is under way. `hurry` says that the next text is whole: it was pasted or picked.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { api, sentenceOf, take } from '@/api/client'
import type { components } from '@/api/schema'

export type ListCheck = components['schemas']['ListCheck']
export type ListPreview = components['schemas']['ListPreview']

/** A list that was recognised. */
export type Named = ListCheck & { list_type: string; list_id: string }

export type Recognition =
  | { state: 'empty' | 'recognising' }
  | { state: 'unknown' | 'failed'; sentence: string }
  | { state: 'kept' | 'reading'; list: Named }
  | { state: 'read'; list: Named; preview: ListPreview }
  | { state: 'unread'; list: Named; sentence: string }

const RECOGNISE_MS = 200
/** Half an address may name a list too: nobody's server is asked until it seems whole. */
const READ_MS = 800

const isNamed = (check: ListCheck): check is Named => check.valid && check.list_id !== null

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })

async function check(text: string, signal: AbortSignal): Promise<Recognition> {
  try {
    const told = await take(api.POST('/api/lists/validate', { body: { list_id: text }, signal }))
    if (!isNamed(told)) return { state: 'unknown', sentence: told.error ?? '' }
    return { state: told.already_kept ? 'kept' : 'reading', list: told }
  } catch (error) {
    return { state: 'failed', sentence: sentenceOf(error) }
  }
}

async function read(list: Named, signal: AbortSignal): Promise<Recognition> {
  const { list_type, list_id } = list
  try {
    const body = { list_type, list_id }
    const preview = await take(api.POST('/api/lists/preview', { body, signal }))
    return { state: 'read', list, preview }
  } catch (error) {
    return { state: 'unread', list, sentence: sentenceOf(error) }
  }
}

export function useRecognition(typed: () => string) {
  const found = shallowRef<Recognition>({ state: 'empty' })
  let under: AbortController | null = null
  let hurried = false

  async function follow(text: string, signal: AbortSignal, isWhole: boolean) {
    const tell = (now: Recognition) => {
      signal.throwIfAborted()
      found.value = now
      return now
    }
    await wait(isWhole ? 0 : RECOGNISE_MS, signal)
    const now = tell(await check(text, signal))
    if (now.state !== 'reading') return
    await wait(isWhole ? 0 : READ_MS, signal)
    tell(await read(now.list, signal))
  }

  function begin(text: string) {
    under?.abort()
    under = new AbortController()
    const isWhole = hurried
    hurried = false
    found.value = { state: text ? 'recognising' : 'empty' }
    // Only an end that was asked for comes out of it.
    if (text) follow(text, under.signal, isWhole).catch(() => {})
  }

  const hurry = () => {
    hurried = true
  }
  const again = () => {
    hurry()
    begin(typed().trim())
  }

  watch(() => typed().trim(), begin, { immediate: true })
  onScopeDispose(() => under?.abort())

  return { found, hurry, again }
}
