/** What a schedule means, and the next times at which a sync begins by itself. */
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { api, take } from '@/api/client'
import { useSchedule } from '@/api/queries'
import type { Schedule } from '@/api/types'

const SHOWN = 3
const HOUR_MS = 3_600_000

/** An interval goes on from the next time; a schedule in cron's words has times of its own. */
export function nextTimes(schedule: Schedule, ofCron: string[], count = SHOWN): string[] {
  if (schedule.paused || !schedule.next_sync) return []
  if (schedule.cron) return ofCron.slice(0, count)
  const first = Date.parse(schedule.next_sync)
  return Array.from({ length: schedule.interval_hours > 0 ? count : 1 }, (_, at) =>
    new Date(first + at * schedule.interval_hours * HOUR_MS).toISOString(),
  )
}

/** What a schedule means in words, and when it comes round next. */
export const useSchedulePreview = (asked: () => string) =>
  useQuery({
    key: () => ['schedule', 'preview', asked()],
    query: () =>
      take(api.GET('/api/schedule/preview', { params: { query: { schedule: asked() } } })),
    enabled: () => asked() !== '',
  })

export function useNextTimes() {
  const schedule = useSchedule()
  const preview = useSchedulePreview(() => schedule.data.value?.cron ?? '')
  const times = computed(() =>
    schedule.data.value ? nextTimes(schedule.data.value, preview.data.value?.times ?? []) : [],
  )
  return { schedule, times }
}
