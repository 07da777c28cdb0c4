/**
 * Settings that are being changed: what was typed stands beside what holds, until it is saved or
 * discarded. Only what differs is sent; a secret only when a new one was typed or it is removed.
 */
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, reactive, ref, type ComputedRef } from 'vue'
import { api, ApiFailure, sentenceOf, take, type FieldError } from '@/api/client'
import type { Setting } from '@/api/types'

/** By name: a new value, or null to take the stored one back. */
export type Draft = Record<string, string | null>

const KEY = ['settings']

export const useSettings = () =>
  useQuery({ key: KEY, query: () => take(api.GET('/api/settings')), staleTime: 10_000 })

export const isLocked = (setting: Setting) => setting.source === 'environment'

function changeOf(setting: Setting, typed: string | null): string | null | undefined {
  if (isLocked(setting)) return undefined
  if (setting.kind === 'secret') {
    if (typed === null) return setting.is_set ? null : undefined
    return typed === '' ? undefined : typed
  }
  if (typed === null || typed === '') return setting.source === 'stored' ? null : undefined
  return typed === setting.value ? undefined : typed
}

/** What is sent: the settings that were changed and may be. */
export function changesOf(settings: Setting[], draft: Draft): Draft {
  const changes: Draft = {}
  for (const setting of settings) {
    const typed = draft[setting.name]
    const change = typed === undefined ? undefined : changeOf(setting, typed)
    if (change !== undefined) changes[setting.name] = change
  }
  return changes
}

/** Which sentence belongs beside which setting. */
export function errorsOf(fields: FieldError[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ field, message }) => [field.replace(/^settings\./, ''), message]),
  )
}

export interface SettingsForm {
  get(name: string): Setting | undefined
  /** What the field shows: what was typed, otherwise what holds. */
  valueOf(setting: Setting): string
  /** The draft of a secret: null when it is to be removed. */
  typed(name: string): string | null | undefined
  edit(name: string, value: string | null): void
  restore(name: string): void
  errorOf(name: string): string | undefined
  changes: ComputedRef<Draft>
  /** How many there are. */
  count: ComputedRef<number>
  save(): Promise<void>
  discard(): void
}

export function useSettingsForm(names: () => readonly string[]): SettingsForm {
  const query = useSettings()
  const cache = useQueryCache()
  const draft = reactive<Draft>({})
  const errors = ref<Record<string, string>>({})

  const settings = computed(() => query.data.value?.settings ?? [])
  const own = computed(() => settings.value.filter((setting) => names().includes(setting.name)))
  const changes = computed(() => changesOf(own.value, draft))
  const count = computed(() => Object.keys(changes.value).length)
  const get = (name: string) => settings.value.find((setting) => setting.name === name)

  function valueOf(setting: Setting): string {
    const typed = draft[setting.name]
    if (typed === undefined) return setting.value ?? ''
    return typed ?? setting.default ?? ''
  }

  function restore(name: string) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a draft is kept by name
    delete draft[name]
    errors.value = { ...errors.value, [name]: '' }
  }

  function discard() {
    for (const name of Object.keys(draft)) restore(name)
    errors.value = {}
  }

  async function save() {
    if (!Object.keys(changes.value).length) return discard()
    try {
      const now = await take(api.PUT('/api/settings', { body: { settings: changes.value } }))
      cache.setQueryData(KEY, now)
      discard()
    } catch (error) {
      if (error instanceof ApiFailure) errors.value = errorsOf(error.fields)
      throw error
    }
  }

  return {
    get,
    valueOf,
    typed: (name) => draft[name],
    edit: (name, value) => {
      draft[name] = value
      errors.value = { ...errors.value, [name]: '' }
    },
    restore,
    errorOf: (name) => errors.value[name] || undefined,
    changes,
    count,
    save,
    discard,
  }
}

/** What to say when saving failed: beside the fields it says it already. */
export const failureNote = (error: unknown, atFields: string): string =>
  error instanceof ApiFailure && error.fields.length ? atFields : sentenceOf(error)
