/**
 * The sync that is under way, the one that was last and those that wait: read once, then kept up
 * to date by events. The rail, the strip on phones, the dashboard and the sync page show this.
 */
import { useQuery } from '@pinia/colada'
import { defineStore } from 'pinia'
import { computed, markRaw } from 'vue'
import { api, take } from '@/api/client'
import type { paths } from '@/api/schema'
import { useRunEvents } from './runEvents'

export type { LiveItem } from './merge'

type TriggerOperation = paths['/api/sync/trigger']['post']
export type TriggerBody = NonNullable<
  TriggerOperation['requestBody']
>['content']['application/json']

const trigger = (body: TriggerBody) => take(api.POST('/api/sync/trigger', { body }))
const stop = (job: string) =>
  take(api.POST('/api/sync/{job_id}/cancel', { params: { path: { job_id: job } } }))

export const useSync = defineStore('sync', () => {
  const query = useQuery({ key: ['sync'], query: () => take(api.GET('/api/sync/status')) })
  const run = computed(() => query.data.value?.run ?? null)
  const running = computed(() => query.data.value?.running ?? false)
  const queued = computed(() => query.data.value?.queued ?? [])
  const lastRun = computed(() => query.data.value?.last_run ?? null)
  const { progress, items, lists, warnings } = useRunEvents(() => query.data.value)

  async function start(body: TriggerBody = {}) {
    const answer = await trigger(body)
    await query.refetch()
    return answer
  }

  /** Stops the run under way, or one that waits by its number. */
  async function cancel(waiting?: number) {
    await stop(waiting ? String(waiting) : 'current')
    await query.refetch()
  }

  return {
    query: markRaw(query),
    run,
    running,
    queued,
    lastRun,
    progress,
    items,
    lists,
    warnings,
    start,
    cancel,
  }
})
