/** What the page of one item asks for. */
import { useQuery } from '@pinia/colada'
import { api, take } from '@/api/client'
import type { components } from '@/api/schema'

export type Candidate = components['schemas']['Candidate']

export const useStory = (id: () => number) =>
  useQuery({
    key: () => ['items', 'one', id()],
    query: () => take(api.GET('/api/items/{id}', { params: { path: { id: id() } } })),
    enabled: () => Number.isFinite(id()),
  })

export const useCandidates = (id: () => number, search: () => string) =>
  useQuery({
    key: () => ['candidates', id(), search()],
    query: () =>
      take(
        api.GET('/api/items/{id}/candidates', {
          params: { path: { id: id() }, query: search() ? { search: search() } : {} },
        }),
      ),
    placeholderData: (previous) => previous,
  })
