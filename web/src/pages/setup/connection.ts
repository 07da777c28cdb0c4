/**
 * The connection to Seerr: tried whenever typing pauses, and stored as soon as it works, since only
 * then Seerr's users are known. An address without a scheme is taken as http://.
 */
import { useQueryCache } from '@pinia/colada'
import { computed, ref, watch, type ComputedRef } from 'vue'
import { api, ApiFailure, sentenceOf, take } from '@/api/client'
import { useReadAnew } from '@/api/queries'
import type { components } from '@/api/schema'
import { isLocked, useSettings, type Draft } from '@/pages/settings/settingsForm'
import { useSettled } from '@/ui/settled'
import { asSentence } from '@/words/words'

export type SeerrTest = components['schemas']['SeerrTest']

export type Trial =
  | { state: 'none' | 'testing' }
  | { state: 'works'; told: SeerrTest }
  | { state: 'fails'; sentence: string }

const PAUSE_MS = 600

/** "seerr.lan:5055/" is "http://seerr.lan:5055". */
export function completed(address: string): string {
  const trimmed = address.trim().replace(/\/+$/, '')
  return !trimmed || /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`
}

const failed = (error: unknown): Trial => {
  const field = error instanceof ApiFailure ? error.fields[0]?.message : undefined
  return { state: 'fails', sentence: asSentence(field ?? sentenceOf(error)) }
}

/** The settings that make the connection, and storing them. */
function useStored() {
  const settings = useSettings()
  const cache = useQueryCache()
  const readAnew = useReadAnew()
  const get = (name: string) => settings.data.value?.settings.find((each) => each.name === name)
  const url = computed(() => get('OVERSEERR_URL'))
  const secret = computed(() => get('OVERSEERR_API_KEY'))
  const asked = computed(() => get('OVERSEERR_USER_ID'))

  async function store(draft: Draft) {
    if (!Object.keys(draft).length) return
    const now = await take(api.PUT('/api/settings', { body: { settings: draft } }))
    cache.setQueryData(['settings'], now)
    await readAnew('seerr')
  }

  return { url, secret, asked, store }
}

const tried = (draft: Draft) => ({
  ...(draft['OVERSEERR_URL'] ? { overseerr_url: draft['OVERSEERR_URL'] } : {}),
  ...(draft['OVERSEERR_API_KEY'] ? { overseerr_api_key: draft['OVERSEERR_API_KEY'] } : {}),
})

/** Tries what is wished once typing has paused, and keeps what works. */
function useTrial(
  wish: ComputedRef<{ whole: boolean; draft: Draft }>,
  keep: (draft: Draft) => Promise<void>,
) {
  const trial = ref<Trial>({ state: 'none' })
  let asking = 0
  let keeping = false

  async function attempt() {
    const mine = ++asking
    const { whole, draft } = wish.value
    trial.value = { state: whole ? 'testing' : 'none' }
    if (!whole) return
    try {
      const told = await take(api.POST('/api/setup/test/overseerr', { body: tried(draft) }))
      if (mine !== asking) return
      keeping = told.valid
      if (told.valid) await keep(draft)
      trial.value = told.valid
        ? { state: 'works', told }
        : { state: 'fails', sentence: asSentence(told.message) }
    } catch (error) {
      if (mine === asking) trial.value = failed(error)
    } finally {
      keeping = false
    }
  }

  const isKept = () => trial.value.state === 'works' && !Object.keys(wish.value.draft).length
  const text = () => JSON.stringify(wish.value)
  // What was stored just now is the same connection, and needs no second trial.
  watch(useSettled(text, PAUSE_MS), () => isKept() || void attempt(), { immediate: true })
  watch(text, () => {
    if (keeping || isKept()) return
    asking++
    trial.value = { state: 'none' }
  })

  return { trial, attempt }
}

export function useConnection() {
  const { url, secret, asked, store } = useStored()
  const address = ref('')
  const key = ref('')

  watch(
    () => url.value?.value,
    (stored) => (address.value ||= stored ?? ''),
    { immediate: true },
  )

  /** Only what is new: the server has the rest, and a stored key belongs to its address. */
  const wish = computed(() => {
    const draft: Draft = {}
    const wanted = completed(address.value)
    if (url.value && !isLocked(url.value) && wanted !== url.value.value)
      draft['OVERSEERR_URL'] = wanted
    if (secret.value && !isLocked(secret.value) && key.value)
      draft['OVERSEERR_API_KEY'] = key.value.trim()
    return { whole: !!wanted && !!(key.value || secret.value?.is_set), draft }
  })

  const { trial, attempt } = useTrial(wish, async (draft) => {
    await store(draft)
    key.value = ''
  })

  return { url, secret, asked, address, key, trial, attempt, store }
}
