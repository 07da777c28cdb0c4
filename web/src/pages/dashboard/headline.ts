/** The first sentence of the dashboard: is everything well, what happened last, what is next. */
import { computed } from 'vue'
import { useAttention, useSchedule } from '@/api/queries'
import type { Run } from '@/api/types'
import { useSync } from '@/live/sync'
import english from '@/text/en/dashboard.json'
import { useText } from '@/text/text'
import { clock, relative } from '@/text/time'

const text = useText('dashboard', english)

/** A sync that could not look brought nothing new either; that is not the news of it. */
function quietKey(run: Run) {
  if (run.state === 'failed') return 'last_failed'
  if (run.unread_lists) return run.items_processed ? 'last_unread_some' : 'last_unread'
  return run.state === 'cancelled' ? 'last_cancelled' : 'last_quiet'
}

export function lastSentence(run: Run | null): string {
  if (!run?.completed_at) return text('never')
  const when = relative(run.completed_at)
  const n = run.groups?.new ?? run.items_requested
  if (!n) return text(quietKey(run), { when })
  return text(run.state === 'failed' ? 'last_failed_some' : 'last', { when, n })
}

/** `lastRun` is the newest that was no dry run: what a dry run found is no news of requests. */
export function useHeadline(lastRun: () => Run | null) {
  const attention = useAttention()
  const schedule = useSchedule()
  const sync = useSync()

  const needs = computed(() => {
    const told = attention.data.value
    return told ? told.errors + told.warnings : 0
  })
  const state = computed(() => (needs.value ? text('needs', { n: needs.value }) : text('well')))
  const last = computed(() => (sync.running ? text('running_since') : lastSentence(lastRun())))
  const next = computed(() => {
    const told = schedule.data.value
    if (!told) return ''
    if (told.paused) return text('paused')
    if (!told.next_sync) return text('no_next')
    return text('next', { when: relative(told.next_sync), clock: clock(told.next_sync) })
  })
  return { needs, state, last, next, known: computed(() => attention.data.value !== undefined) }
}
