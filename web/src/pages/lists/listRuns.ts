/** The readings of one list, newest first, page after page. */
import { useInfiniteQuery } from '@pinia/colada'
import { computed } from 'vue'
import { api, take } from '@/api/client'
import type { components } from '@/api/schema'

export type ListRun = components['schemas']['ListRun']
type ListRuns = components['schemas']['ListRuns']

const PAGE = 40

export function useListRuns(id: () => number) {
  const query = useInfiniteQuery({
    key: () => ['runs', 'of-list', id()],
    query: ({ pageParam }): Promise<ListRuns> =>
      take(
        api.GET('/api/lists/{id}/runs', {
          params: {
            path: { id: id() },
            query: { limit: PAGE, ...(pageParam ? { before: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next_before,
  })
  const runs = computed(() => query.data.value?.pages.flatMap((page) => page.runs) ?? [])
  return { query, runs }
}
