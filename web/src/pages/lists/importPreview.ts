/** What would come of a text that names lists: asked once typing has paused, the newest wins. */
import { onScopeDispose, ref, watch } from 'vue'
import { api, sentenceOf, take } from '@/api/client'
import type { components } from '@/api/schema'

export type ImportResult = components['schemas']['ListsImported']

const PAUSE_MS = 350

export const importLists = (text: string, dryRun: boolean, signal?: AbortSignal) =>
  take(
    api.POST('/api/lists/import', {
      body: { text, dry_run: dryRun },
      ...(signal ? { signal } : {}),
    }),
  )

export function useImportPreview(text: () => string) {
  const result = ref<ImportResult | null>(null)
  const failure = ref('')
  const checking = ref(false)
  let timer = 0
  let asking: AbortController | null = null

  async function ask(wanted: string) {
    const mine = (asking = new AbortController())
    try {
      const found = await importLists(wanted, true, mine.signal)
      if (mine === asking) result.value = found
    } catch (error) {
      if (mine === asking) failure.value = sentenceOf(error)
    } finally {
      if (mine === asking) checking.value = false
    }
  }

  function forget() {
    clearTimeout(timer)
    asking?.abort()
    asking = null
    failure.value = ''
  }

  watch(
    text,
    (typed) => {
      forget()
      checking.value = typed.trim() !== ''
      if (checking.value) timer = window.setTimeout(() => void ask(typed), PAUSE_MS)
      else result.value = null
    },
    { immediate: true },
  )
  onScopeDispose(forget)

  return { result, failure, checking }
}
