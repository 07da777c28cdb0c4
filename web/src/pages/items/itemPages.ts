/** The items that fit, page after page as one scrolls; the old ones stay until the new are there. */
import { useInfiniteQuery } from '@pinia/colada'
import { computed, watch } from 'vue'
import { api, take } from '@/api/client'
import type { Item } from '@/api/types'
import type { ItemQuery } from './filters'

export const PAGE = 100

export const readItems = (query: ItemQuery, cursor: string | null, limit = PAGE) =>
  take(
    api.GET('/api/items', {
      params: { query: { ...query, limit, ...(cursor ? { cursor } : {}) } },
    }),
  )

export type ItemPage = Awaited<ReturnType<typeof readItems>>

export function useItemPages(asked: () => ItemQuery) {
  const query = useInfiniteQuery({
    key: () => ['items', 'wall', JSON.stringify(asked())],
    query: ({ pageParam }): Promise<ItemPage> => readItems(asked(), pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
  })

  const pages = computed(() => query.data.value?.pages ?? [])
  const gather = gatherer()
  const items = computed<Item[]>(() => gather(pages.value))
  const total = computed(() => pages.value[0]?.total ?? 0)
  const totalIsExact = computed(() => pages.value[0]?.total_is_exact ?? true)
  const hasMore = computed(
    () => !query.isPlaceholderData.value && query.hasNextPage.value && !query.error.value,
  )
  let wanted = 0

  function readMore() {
    if (items.value.length < wanted && hasMore.value && !query.isLoading.value)
      void query.loadNextPage({ cancelRefetch: false })
  }
  /** Sees to it that this many items are there soon. */
  function want(count: number) {
    wanted = count
    readMore()
  }
  watch([items, query.isLoading], readMore)
  watch(asked, () => (wanted = 0))

  return { query, items, total, totalIsExact, hasMore, want }
}

/**
 * While one scrolls, a sync may move an item to a later page; it is shown where it was first. What
 * was gathered of the pages before is not gone through again for each new one.
 */
export function gatherer() {
  let gathered: { items: Item[] }[] = []
  let seen = new Set<number>()
  let items: Item[] = []

  return (pages: { items: Item[] }[]): Item[] => {
    if (gathered.some((page, at) => page !== pages[at])) {
      gathered = []
      seen = new Set()
      items = []
    }
    const added = pages.slice(gathered.length).flatMap((page) => page.items)
    if (added.length) items = items.concat(added.filter(({ id }) => !seen.has(id) && seen.add(id)))
    gathered = pages
    return items
  }
}
