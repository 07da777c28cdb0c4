/**
 * What of the items is shown: in the address by the API's own names, so that any page can link to
 * exactly the rows that a figure counts. What makes no sense in an address is passed over.
 */
import { computed, inject, provide, ref, watch, type InjectionKey, type Ref } from 'vue'
import type { paths } from '@/api/schema'
import { useRouteQuery } from '@/app/routeQuery'
import { useSettled } from '@/ui/settled'

type Asked = NonNullable<paths['/api/items']['get']['parameters']['query']>
export type ItemQuery = Omit<Asked, 'limit' | 'page' | 'cursor'>

export const kinds = ['movie', 'tv'] as const
export const statuses = [
  'requested',
  'already_requested',
  'already_available',
  'skipped',
  'not_found',
  'would_be_synced',
  'cancelled',
] as const
export const decisions = [
  'request',
  'skip_available',
  'skip_requested',
  'skip_partial_current',
  'skip_declined',
  'skip_deleted',
  'skip_blocklisted',
  'skip_ignored',
  'skip_filtered',
  'skip_limit',
  'unmatched',
] as const
export const needs = ['unmatched', 'request_failed', 'refused'] as const
export const sorts = ['recent', 'title', 'year', 'added'] as const

/** Failures are found by what they need; an address may still name them. */
const allStatuses = [...statuses, 'error', 'request_failed'] as const

export const filterNames = [
  'search',
  'media_type',
  'status',
  'decision',
  'list',
  'provider',
  'year_from',
  'year_to',
  'need',
  'needs_person',
  'ignored',
] as const
export type FilterName = (typeof filterNames)[number]
export type Told = Partial<Record<FilterName | 'sort' | 'reversed', string>>

function oneOf<T extends string>(words: readonly T[], told: string | undefined): T | undefined {
  return words.find((word) => word === told)
}

function numberIn(told: string | undefined, low: number, high: number): number | undefined {
  if (!/^\d{1,9}$/.test(told ?? '')) return undefined
  const number = Number(told)
  return number >= low && number <= high ? number : undefined
}

/** The question for the API; without what is not asked for. */
export function queryOf(told: Told): ItemQuery {
  const query: ItemQuery = {
    search: told.search?.trim().slice(0, 200) || undefined,
    media_type: oneOf(kinds, told.media_type),
    status: oneOf(allStatuses, told.status),
    decision: oneOf(decisions, told.decision),
    list: numberIn(told.list, 1, 999_999_999),
    provider: told.provider?.slice(0, 31) || undefined,
    year_from: numberIn(told.year_from, 1, 9999),
    year_to: numberIn(told.year_to, 1, 9999),
    need: oneOf(needs, told.need),
    needs_person: told.needs_person === 'true' || undefined,
    ignored: told.ignored === 'true' || undefined,
    sort: oneOf(sorts.slice(1), told.sort),
    reversed: told.reversed === 'true' || undefined,
  }
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as ItemQuery
}

/** The filters that count, in the order in which they are shown. */
export const activeFilters = (query: ItemQuery): FilterName[] =>
  filterNames.filter((name) => name !== 'search' && query[name] !== undefined)

export type FilterValues = Record<FilterName | 'sort' | 'reversed', Ref<string>>

function useItemFilters() {
  const values = Object.fromEntries(
    [...filterNames, 'sort', 'reversed'].map((name) => [
      name,
      useRouteQuery(name, name === 'sort' ? sorts[0] : ''),
    ]),
  ) as FilterValues
  const told = computed<Told>(() =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.value])),
  )
  const query = computed(() => queryOf(told.value))
  const active = computed(() => activeFilters(query.value))

  const typed = ref(values.search.value)
  const settled = useSettled(() => typed.value)
  watch(settled, (search) => (values.search.value = search))
  watch(values.search, (search) => (typed.value = search))

  const clear = (names: readonly FilterName[] = filterNames) => {
    for (const name of names) values[name].value = ''
  }
  return { values, query, active, typed, clear }
}

export type ItemFilters = ReturnType<typeof useItemFilters>

const shared: InjectionKey<ItemFilters> = Symbol('filters')

/** The page's filters, for the parts that show and change them. */
export function provideItemFilters(): ItemFilters {
  const filters = useItemFilters()
  provide(shared, filters)
  return filters
}

export function injectItemFilters(): ItemFilters {
  const filters = inject(shared)
  if (!filters) throw new Error('no page provides filters')
  return filters
}
