/** What was recognised, as a page shows it: what can be added, what was read, what went wrong. */
import { computed, type Ref } from 'vue'
import { useProviders } from '@/api/queries'
import type { Recognition } from './recognition'

export function useFoundList(found: Ref<Recognition>) {
  const providers = useProviders()
  /** The list that can be added now. */
  const named = computed(() =>
    'list' in found.value && found.value.state !== 'kept' ? found.value.list : null,
  )
  /** Read, in whatever way the reading ended. */
  const unread = computed(() => {
    const now = found.value
    if (now.state === 'unread') return { outcome: '', sentence: now.sentence }
    if (now.state !== 'read' || !now.preview.message) return null
    return { outcome: now.preview.outcome, sentence: now.preview.message }
  })
  const preview = computed(() =>
    found.value.state === 'read' && (found.value.preview.read || !unread.value)
      ? found.value.preview
      : null,
  )

  /** A preset has a name, even where its source tells none; the source's own is better. */
  const name = computed(() => {
    const list = named.value
    if (!list || !preview.value || preview.value.name) return ''
    const source = providers.data.value?.providers.find((each) => each.name === list.list_type)
    return source?.presets.find((preset) => preset.list_id === list.list_id)?.title ?? ''
  })

  return { named, name, unread, preview }
}
