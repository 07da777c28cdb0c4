/** What the settings alone ask. The first words of the keys stand in src/live/events.ts. */
import { useInfiniteQuery, useQuery } from '@pinia/colada'
import { api, take } from '@/api/client'

export const useSeerrStatus = () =>
  useQuery({
    key: ['seerr', 'status'],
    query: () => take(api.GET('/api/overseerr/status')),
    staleTime: 15_000,
  })

export const useAbout = () =>
  useQuery({ key: ['about'], query: () => take(api.GET('/api/about')), staleTime: 15_000 })

export const useInterval = () =>
  useQuery({ key: ['schedule', 'interval'], query: () => take(api.GET('/api/sync-interval')) })

export const useZones = () =>
  useQuery({
    key: ['zones'],
    query: () => take(api.GET('/api/timezone/supported')),
    staleTime: Infinity,
  })

export const useUsers = () =>
  useQuery({ key: ['users'], query: () => take(api.GET('/api/users')), staleTime: 5_000 })

export const useKeys = () =>
  useQuery({ key: ['keys'], query: () => take(api.GET('/api/auth/keys')), staleTime: 5_000 })

export const useSignIns = () =>
  useQuery({
    key: ['sign-ins'],
    query: () => take(api.GET('/api/auth/sessions')),
    staleTime: 5_000,
  })

export const useAudit = () =>
  useInfiniteQuery({
    key: ['audit'],
    query: ({ pageParam }: { pageParam: number | null }) => {
      const query = pageParam ? { before: pageParam } : {}
      return take(api.GET('/api/audit', { params: { query } }))
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    staleTime: 5_000,
  })
