/** What the history alone asks: pages of runs, and pages of a run's items. */
import { useInfiniteQuery, useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { api, take } from '@/api/client'
import type { paths } from '@/api/schema'
import type { Run } from '@/api/types'
import type { Group } from '@/words/words'

type RunsQuery = NonNullable<paths['/api/runs']['get']['parameters']['query']>

const RUNS_A_PAGE = 25
const ITEMS_A_PAGE = 200

export interface RunFilters {
  mode: string
  state: string
  dry: string
  list: string
}

/** Values come out of an address: whatever means nothing to the server is its to refuse. */
export function runsQuery({ mode, state, dry, list }: RunFilters): RunsQuery {
  const query: RunsQuery = { limit: RUNS_A_PAGE }
  if (mode) query.mode = mode as NonNullable<RunsQuery['mode']>
  if (state) query.state = state as NonNullable<RunsQuery['state']>
  if (dry) query.dry_run = dry === 'true'
  if (Number(list)) query.list = Number(list)
  return query
}

export function useRuns(filters: () => RunFilters) {
  const query = useInfiniteQuery({
    key: () => ['runs', 'history', { ...filters() }],
    query: ({ pageParam }: { pageParam: number | null }) => {
      const page = pageParam ? { before: pageParam } : {}
      return take(api.GET('/api/runs', { params: { query: { ...runsQuery(filters()), ...page } } }))
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next_before,
  })
  const runs = computed(() => query.data.value?.pages.flatMap((page) => page.runs) ?? [])
  const total = computed(() => query.data.value?.pages[0]?.total ?? 0)
  return { query, runs, total }
}

export function useRunItems(run: () => number, group: () => Group, search: () => string) {
  const query = useInfiniteQuery({
    key: () => ['runs', 'items', run(), group(), search()],
    query: ({ pageParam }: { pageParam: number }) => {
      const wanted = { group: group(), after: pageParam, limit: ITEMS_A_PAGE }
      const searched = search() ? { search: search() } : {}
      return take(
        api.GET('/api/runs/{id}/items', {
          params: { path: { id: run() }, query: { ...wanted, ...searched } },
        }),
      )
    },
    initialPageParam: 0,
    getNextPageParam: (last) => last.next_after,
  })
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  const first = computed(() => query.data.value?.pages[0])
  return { query, items, first }
}

/** The numbers of all items of a group, page by page. */
export async function allItemIds(run: number, group: Group): Promise<number[]> {
  const ids: number[] = []
  for (let after: number | null = 0; after !== null;) {
    const query: { group: Group; after: number; limit: number } = { group, after, limit: 500 }
    const page: { items: { id: number }[]; next_after: number | null } = await take(
      api.GET('/api/runs/{id}/items', { params: { path: { id: run }, query } }),
    )
    ids.push(...page.items.map(({ id }) => id))
    after = page.next_after
  }
  return ids
}

/** Of one order, lists in HD and lists in 4K are a run each: the one in HD, and the next in 4K. */
export const isBeside = (run: Run, other: Run) =>
  other.id === run.id + (run.quality === '4k' ? -1 : 1) &&
  other.quality !== run.quality &&
  other.dry_run === run.dry_run &&
  other.queued_at !== null &&
  other.queued_at === run.queued_at

export function useRunBeside(run: () => Run) {
  const query = useQuery({
    key: () => ['runs', 'near', run().id],
    query: () =>
      take(api.GET('/api/runs', { params: { query: { before: run().id + 2, limit: 3 } } })),
  })
  return computed(() => query.data.value?.runs.find((other) => isBeside(run(), other)))
}
