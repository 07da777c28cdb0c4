/** What the notifications ask. The first word of the keys stands in src/live/events.ts. */
import { useQuery, useQueryCache } from '@pinia/colada'
import { onScopeDispose, watch } from 'vue'
import { api, take } from '@/api/client'
import type { Notifiers } from '@/api/types'

export const useNotifiers = () =>
  useQuery({
    key: ['notifiers'],
    // Their words are those that a target's events are made of.
    query: async () => (await take(api.GET('/api/notifiers'))) as Notifiers,
    staleTime: Infinity,
  })

export const useTargets = () =>
  useQuery({
    key: ['notifications', 'targets'],
    query: () => take(api.GET('/api/notifications')),
  })

const AGAIN_MS = 5000

/** What was told, newest first; `target` 0: to all. Read again while something is under way. */
export function useDeliveries(target: number, limit: () => number) {
  const query = useQuery({
    key: () => ['notifications', 'deliveries', target, limit()],
    query: () =>
      take(
        api.GET('/api/notifications/deliveries', { params: { query: { target, limit: limit() } } }),
      ),
  })
  // An attempt in vain is shown with its target as well.
  const cache = useQueryCache()
  const again = () => {
    void query.refetch()
    void cache.invalidateQueries({ key: ['notifications', 'targets'] })
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(query.data, (told) => {
    clearTimeout(timer)
    const isUnderWay = told?.deliveries.some(({ state, in_digest: inDigest }) =>
      inDigest ? false : state === 'waiting' || state === 'sending',
    )
    if (isUnderWay) timer = setTimeout(again, AGAIN_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return query
}
