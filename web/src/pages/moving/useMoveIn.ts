/** Moving in with a file: sent, looked at, then taken over. It never stays on the server. */
import { computed, onScopeDispose, ref, watch } from 'vue'
import { api, sentenceOf, take } from '@/api/client'
import type { MovedIn } from '@/api/types'
import english from '@/text/en/moving.json'
import { useText } from '@/text/text'
import { asSentence } from '@/words/words'
import { dropFile, MOST_MB, sendFile } from './upload'

const PAUSE_MS = 500

type IsNewest = () => boolean

/** What was begun last counts: whatever was asked before it has nothing more to say. */
function useAttempts(failed: (error: unknown) => void, ended: () => void) {
  let newest = 0

  async function attempt(work: (isNewest: IsNewest) => Promise<void>) {
    const asked = ++newest
    const isNewest = () => asked === newest
    try {
      await work(isNewest)
    } catch (error) {
      if (isNewest()) failed(error)
    } finally {
      if (isNewest()) ended()
    }
  }
  return { attempt, forget: () => ++newest }
}

const ask = (key: string, dryRun: boolean) =>
  take(
    api.POST('/api/import', {
      body: { path: 'upload', dry_run: dryRun, encryption_key: key.trim() || null },
    }),
  )

/** Calls once the key has been left alone for a moment. */
function whenTyped(key: () => string, call: () => void) {
  let waiting: ReturnType<typeof setTimeout> | undefined
  watch(key, () => {
    clearTimeout(waiting)
    waiting = setTimeout(call, PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(waiting))
}

/** The file while it lies on the server; when nobody looks any more it goes. */
function useSentFile() {
  const sent = ref(0)
  const isThere = ref(false)

  /** Whether all of it is there; not, if something else was begun meanwhile. */
  async function send(chosen: File, isNewest: IsNewest): Promise<boolean> {
    isThere.value = true
    return sendFile(chosen, (size) => {
      if (isNewest()) sent.value = size
      return isNewest()
    })
  }

  onScopeDispose(() => {
    // What is left there goes by itself within an hour.
    if (isThere.value) dropFile().catch(() => {})
  })
  return { sent, isThere, send }
}

export function useMoveIn() {
  const text = useText('moving', english)
  const file = ref<File | null>(null)
  const key = ref('')
  const { sent, isThere, send } = useSentFile()
  const busy = ref<'sending' | 'looking' | 'taking' | null>(null)
  const result = ref<MovedIn | null>(null)
  const failure = ref('')
  const ready = computed(() => (result.value?.taken_over ?? 0) > 0 && !busy.value)

  function failed(error: unknown) {
    result.value = null
    failure.value = asSentence(sentenceOf(error))
  }
  const { attempt, forget } = useAttempts(failed, () => (busy.value = null))

  async function look(isNewest: IsNewest) {
    busy.value = 'looking'
    const found = await ask(key.value, true)
    if (isNewest()) result.value = found
  }

  async function choose(chosen: File) {
    file.value = chosen
    result.value = null
    sent.value = 0
    const isTooLarge = chosen.size > MOST_MB * 1024 * 1024
    failure.value = isTooLarge ? text('too_large', { n: MOST_MB }) : ''
    if (isTooLarge) return
    await attempt(async (isNewest) => {
      busy.value = 'sending'
      if (await send(chosen, isNewest)) await look(isNewest)
    })
  }

  whenTyped(
    () => key.value,
    () => {
      if (result.value && busy.value !== 'taking') void attempt(look)
    },
  )

  /** What came of it; null when it failed. */
  async function run(): Promise<MovedIn | null> {
    let done: MovedIn | null = null
    busy.value = 'taking'
    await attempt(async () => {
      done = await ask(key.value, false)
      isThere.value = false
    })
    return done
  }

  onScopeDispose(forget)

  return { file, key, sent, busy, result, failure, ready, choose, run }
}
