/**
 * The sync that is under way, the one that was last and those that wait: read once, then kept up
 * to date by events. The rail, the strip on phones, the dashboard and the sync page show this.
 */
import { useQuery } from '@pinia/colada'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { api, take } from '@/api/client'
import type { paths } from '@/api/schema'
import type { Progress } from '@/api/types'
import { useLive } from './live'

/** An item as events tell of it. */
export interface LiveItem {
  item_id: number
  title: string
  year: number | null
  media_type: string
  tmdb_id: number | null
  decision: string
  status: string
  reason: string
  answer: string
}

/** A list of the run as events tell of it. */
export interface LiveList {
  list_id: number
  list_type: string
  list: string
  name: string
  outcome: string
  message: string
  items: number
  from_snapshot: boolean
}

type TriggerOperation = paths['/api/sync/trigger']['post']
export type TriggerBody = NonNullable<
  TriggerOperation['requestBody']
>['content']['application/json']

const trigger = (body: TriggerBody) => take(api.POST('/api/sync/trigger', { body }))

/** The newest items of a run that the page keeps to show. */
const ITEMS_KEPT = 200

export const useSync = defineStore('sync', () => {
  const query = useQuery({ key: ['sync'], query: () => take(api.GET('/api/sync/status')) })
  const live = useLive()
  const told = ref<{ run: number; progress: Partial<Progress> } | null>(null)
  const items = ref<LiveItem[]>([])
  const lists = ref<LiveList[]>([])

  const run = computed(() => query.data.value?.run ?? null)
  const running = computed(() => query.data.value?.running ?? false)
  const queued = computed(() => query.data.value?.queued ?? [])
  const lastRun = computed(() => query.data.value?.last_run ?? null)
  const progress = computed<Progress | null>(() => {
    const read = query.data.value?.progress
    if (!read) return null
    return told.value?.run === run.value?.id ? { ...read, ...told.value?.progress } : read
  })

  watch(() => run.value?.id, forget)

  function forget() {
    items.value = []
    lists.value = []
  }

  live.on('run_started', forget)
  live.on('run_progress', (data) => {
    told.value = { run: Number(data['run']), progress: data as Partial<Progress> }
  })
  live.on('run_item', (data) => {
    const item = data as unknown as LiveItem
    const others = items.value.filter((other) => other.item_id !== item.item_id)
    items.value = [item, ...others].slice(0, ITEMS_KEPT)
  })
  live.on('run_list', (data) => {
    const list = data as unknown as LiveList
    lists.value = [...lists.value.filter((other) => other.list_id !== list.list_id), list]
  })

  async function start(body: TriggerBody = {}) {
    const answer = await trigger(body)
    await query.refetch()
    return answer
  }

  async function cancel() {
    await take(api.POST('/api/sync/{job_id}/cancel', { params: { path: { job_id: 'current' } } }))
    await query.refetch()
  }

  return { query, run, running, queued, lastRun, progress, items, lists, start, cancel }
})
