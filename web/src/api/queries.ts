/**
 * The queries that more than one page asks: a figure shown twice is the same query. The first part
 * of a key says which events make it out of date (src/live/events.ts). Queries of one page alone
 * stand beside that page, under the same first words.
 */
import { useQuery, useQueryCache } from '@pinia/colada'
import { useSession } from '@/app/session'
import { api, take } from './client'

/** Reads anew what is shown of these keys, or all; whatever asked for it says when that fails. */
export function useReadAnew() {
  const cache = useQueryCache()
  return (...key: string[]) => cache.invalidateQueries({ key }).catch(() => {})
}

/** Drops what was answered to whoever is gone, shown or not, and what is on its way to them. */
export function useForget() {
  const cache = useQueryCache()
  return () => {
    for (const entry of cache.getEntries()) {
      entry.placeholderData = null
      cache.setEntryState(entry, { status: 'pending', data: undefined, error: null })
      cache.invalidate(entry)
    }
  }
}

export const useLists = () =>
  useQuery({ key: ['lists', 'all'], query: () => take(api.GET('/api/lists')) })

/** What needs a person: the one source of every such count. */
export const useAttention = () =>
  useQuery({ key: ['attention'], query: () => take(api.GET('/api/attention')) })

export const useSchedule = () =>
  useQuery({ key: ['schedule'], query: () => take(api.GET('/api/schedule')) })

export const useProviders = () =>
  useQuery({
    key: ['providers'],
    query: () => take(api.GET('/api/providers')),
    staleTime: 3_600_000,
  })

export const useSetupStatus = () =>
  useQuery({ key: ['setup'], query: () => take(api.GET('/api/setup/status')) })

export const useSeerrConfig = () =>
  useQuery({
    key: ['seerr', 'config'],
    query: () => take(api.GET('/api/overseerr/config')),
    staleTime: 3_600_000,
  })

/** Whom Seerr knows; only who may sync may see that. */
export function useSeerrUsers() {
  const session = useSession()
  return useQuery({
    key: ['seerr', 'users'],
    query: () => take(api.GET('/api/overseerr/users')),
    enabled: () => session.may('sync'),
    staleTime: 600_000,
  })
}

export const readRun = (id: number) => take(api.GET('/api/runs/{id}', { params: { path: { id } } }))

export const useRun = (id: () => number) =>
  useQuery({ key: () => ['runs', 'one', id()], query: () => readRun(id()) })
