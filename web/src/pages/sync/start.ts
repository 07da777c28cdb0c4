/** Begins a run: of a dry run the page with its plan is shown, of another one the live view. */
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { sentenceOf } from '@/api/client'
import { useSync, type TriggerBody } from '@/live/sync'
import { tellError } from '@/ui/toasts'

export function useStart() {
  const router = useRouter()
  const sync = useSync()
  const starting = ref<'dry' | 'real' | null>(null)

  async function start(body: TriggerBody) {
    starting.value = body.dry_run ? 'dry' : 'real'
    try {
      const { run_id } = await sync.start(body)
      const onPage = router.currentRoute.value.name === 'sync'
      if (!body.dry_run) return onPage ? undefined : await router.push({ name: 'sync' })
      await router.push({ name: 'run', params: { id: run_id } })
    } catch (error) {
      tellError(sentenceOf(error))
    } finally {
      starting.value = null
    }
  }

  return { starting, start }
}
