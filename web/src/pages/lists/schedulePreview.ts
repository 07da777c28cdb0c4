/** What a schedule means in words, and when it comes round next; asked once typing has paused. */
import { useQuery } from '@pinia/colada'
import { onScopeDispose, ref, watch } from 'vue'
import { api, take } from '@/api/client'

const PAUSE_MS = 300

export function useSchedulePreview(schedule: () => string) {
  const asked = ref(schedule())
  let timer = 0
  watch(schedule, (typed) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => (asked.value = typed), PAUSE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))

  return useQuery({
    key: () => ['schedule', 'preview', asked.value],
    query: () =>
      take(api.GET('/api/schedule/preview', { params: { query: { schedule: asked.value } } })),
    enabled: () => asked.value.trim() !== '' && asked.value === schedule(),
    staleTime: 60_000,
  })
}
