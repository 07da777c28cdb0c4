/** What the dashboard alone asks. */
import { useQuery } from '@pinia/colada'
import { api, take } from '@/api/client'

const POSTERS = 12
const RUNS_SHOWN = 14

export const useNewestRequests = () =>
  useQuery({
    key: ['items', 'newest'],
    query: () => take(api.GET('/api/requests', { params: { query: { limit: POSTERS } } })),
  })

/** The newest runs that really requested something, or could have: no dry runs. */
export const useNewestRuns = () =>
  useQuery({
    key: ['runs', 'newest'],
    query: () =>
      take(api.GET('/api/runs', { params: { query: { dry_run: false, limit: RUNS_SHOWN } } })),
  })

export const useAdditions = () =>
  useQuery({
    key: ['analytics', 'additions'],
    query: () =>
      take(api.GET('/api/analytics/media-additions', { params: { query: { time_range: '30d' } } })),
  })
