import { useQuery } from '@pinia/colada'
import { api, take } from '@/api/client'

/** What was taken over at the start, and what else lies there. An admin's. */
export const useMovedIn = () =>
  useQuery({ key: ['import'], query: () => take(api.GET('/api/import')) })
