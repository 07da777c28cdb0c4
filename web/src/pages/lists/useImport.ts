/** An import from the text to the lists: looked at, then done. */
import { computed, ref } from 'vue'
import { sentenceOf } from '@/api/client'
import english from '@/text/en/list-import.json'
import { useText } from '@/text/text'
import { tell, tellError } from '@/ui/toasts'
import { importLists, useImportPreview } from './importPreview'

export function useImport() {
  const text = useText('list-import', english)
  const typed = ref('')
  const busy = ref(false)
  const preview = useImportPreview(() => typed.value)
  const added = computed(() => preview.result.value?.added ?? 0)
  const ready = computed(() => added.value > 0 && !preview.checking.value)
  const label = computed(() =>
    preview.result.value && !added.value ? text('nothing_new') : text('import', { n: added.value }),
  )

  /** Whether it worked. */
  async function run(): Promise<boolean> {
    busy.value = true
    try {
      const done = await importLists(typed.value, false)
      tell(text('imported', { n: done.added }))
      return true
    } catch (error) {
      tellError(sentenceOf(error))
      return false
    } finally {
      busy.value = false
    }
  }

  return { ...preview, typed, busy, ready, label, run }
}
