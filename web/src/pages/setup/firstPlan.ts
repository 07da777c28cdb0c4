/**
 * The first dry run, or several at once: lists in HD and lists in 4K are a run each. Their numbers
 * are in the address, so that a reload finds the same plan and does not begin another.
 */
import { useQuery } from '@pinia/colada'
import { computed, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { api, sentenceOf, take } from '@/api/client'
import { readRun } from '@/api/queries'
import type { RunDetail, RunGroups, RunItem } from '@/api/types'
import { useRouteQuery } from '@/app/routeQuery'
import { useLive } from '@/live/live'
import { useSync } from '@/live/sync'
import { tellError } from '@/ui/toasts'
import { groups, isTrouble } from '@/words/words'

const POSTERS = 16

export interface Plan {
  over: boolean
  /** Why it failed; null: it did not. */
  failure: string | null
  counts: RunGroups
  items: RunItem[]
  unread: RunDetail['lists']
}

export function addedUp(all: RunGroups[]): RunGroups {
  const sums = groups.map((group) => [group, all.reduce((sum, each) => sum + each[group], 0)])
  return Object.fromEntries(sums) as RunGroups
}

async function readItems(id: number): Promise<RunItem[]> {
  const query = { group: 'new', limit: POSTERS } as const
  return (await take(api.GET('/api/runs/{id}/items', { params: { path: { id }, query } }))).items
}

async function readPlan(ids: number[]): Promise<Plan> {
  const runs = await Promise.all(ids.map(readRun))
  const over = runs.every(({ run }) => run.completed_at !== null)
  const broken = runs.find(({ run }) => run.state === 'failed' || run.state === 'cancelled')
  const items = over ? (await Promise.all(ids.map(readItems))).flat() : []
  return {
    over,
    failure: broken ? broken.run.message : null,
    counts: addedUp(runs.map((run) => run.groups)),
    items: items.slice(0, POSTERS),
    unread: runs.flatMap(({ lists }) => lists).filter((list) => isTrouble(list.outcome)),
  }
}

export function useFirstPlan() {
  const address = useRouteQuery('runs')
  const router = useRouter()
  const sync = useSync()
  const live = useLive()
  const failure = ref('')
  const approving = ref(false)
  const ids = computed(() =>
    address.value.split(',').map(Number).filter(Number.isInteger).filter(Boolean),
  )

  const query = useQuery({
    key: () => ['runs', 'setup', address.value],
    query: () => readPlan(ids.value),
    enabled: () => ids.value.length > 0,
  })
  const plan = computed(() => (ids.value.length ? query.data.value : undefined))

  // Its end may have been told before anybody listened.
  watch(
    () => live.state,
    (state) => {
      if (state === 'open' && ids.value.length && !plan.value?.over) void query.refetch()
    },
  )

  async function start() {
    failure.value = ''
    address.value = ''
    try {
      const { run_ids } = await sync.start({ dry_run: true })
      address.value = run_ids.join(',')
    } catch (error) {
      failure.value = sentenceOf(error)
    }
  }

  async function approve() {
    approving.value = true
    try {
      const begun: number[] = []
      for (const plan_of of ids.value) begun.push((await sync.start({ plan_of })).run_id)
      await router.push({ name: 'run', params: { id: begun[0] ?? 0 } })
    } catch (error) {
      tellError(sentenceOf(error))
      approving.value = false
    }
  }

  return { ids, plan, query, failure, approving, start, approve }
}
