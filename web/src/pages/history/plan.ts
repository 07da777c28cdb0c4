/** Approving a plan: exactly what is ticked is requested, and the run that does it is shown. */
import { computed, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { sentenceOf } from '@/api/client'
import type { Run, RunDetail } from '@/api/types'
import { useSync } from '@/live/sync'
import { now } from '@/text/time'
import { tellError } from '@/ui/toasts'
import { allItemIds } from './queries'
import { countTicked, everything, orderOf, type Ticks } from './ticks'

/** A plan that is older than this says so before it is approved. */
const FRESH_MS = 3_600_000

export const isPlan = (run: Run) => run.dry_run && run.completed_at !== null && !!run.groups

export const isOld = (run: Run, at: number) =>
  run.completed_at !== null && at - Date.parse(run.completed_at) > FRESH_MS

export function usePlan(detail: () => RunDetail | undefined) {
  const router = useRouter()
  const sync = useSync()
  const ticks = ref<Ticks>(everything())
  const approving = ref(false)

  const run = computed(() => detail()?.run)
  const wanted = computed(() => detail()?.groups.new ?? 0)
  const ticked = computed(() => countTicked(ticks.value, wanted.value))
  const old = computed(() => (run.value ? isOld(run.value, now.value) : false))
  watch(
    () => run.value?.id,
    () => (ticks.value = everything()),
  )

  async function approve() {
    const plan = run.value?.id
    if (plan === undefined) return
    approving.value = true
    try {
      const all = { id: plan, size: wanted.value }
      const order = await orderOf(all, ticks.value, () => allItemIds(plan, 'new'))
      const { run_id } = await sync.start(order)
      await router.push({ name: 'run', params: { id: run_id } })
    } catch (error) {
      tellError(sentenceOf(error))
    } finally {
      approving.value = false
    }
  }

  return { ticks, approving, ticked, wanted, old, approve }
}
