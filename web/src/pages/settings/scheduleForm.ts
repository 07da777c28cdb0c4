/** The schedule's form: the choice of when, and the settings beside it, saved together. */
import { computed, ref } from 'vue'
import { api, ApiFailure, take } from '@/api/client'
import { useReadAnew } from '@/api/queries'
import { useInterval } from './queries'
import { changesFor, choiceOf, countOf, type Choice } from './scheduleChoice'
import { isLocked, useSettingsForm } from './settingsForm'

async function putHours(hours: number, tell: (problem: string | undefined) => void) {
  try {
    await take(api.PUT('/api/sync-interval', { body: { interval_hours: hours } }))
  } catch (error) {
    if (error instanceof ApiFailure) tell(error.fields[0]?.message)
    throw error
  }
}

export function useScheduleForm() {
  const form = useSettingsForm(() => ['AUTO_SYNC', 'SYNC_SCHEDULE', 'SYNC_JITTER', 'TZ'])
  const interval = useInterval()
  const readAnew = useReadAnew()
  const draft = ref<Partial<Choice>>({})
  const hoursError = ref<string>()

  const stored = computed(() => ({
    on: form.get('AUTO_SYNC')?.value !== 'false',
    times: form.get('SYNC_SCHEDULE')?.value ?? '',
    hours: interval.data.value?.interval_hours ?? 0,
  }))
  const choice = computed<Choice>(() => ({ ...choiceOf(stored.value), ...draft.value }))
  const changes = computed(() => changesFor(choice.value, stored.value))
  const isReady = computed(() => !!interval.data.value && !!form.get('AUTO_SYNC'))
  /** The setting of the environment that decides, if there is one. */
  const lockedBy = computed(() =>
    ['SYNC_SCHEDULE', 'AUTO_SYNC'].find((name) => {
      const setting = form.get(name)
      return setting && isLocked(setting)
    }),
  )

  function choose(part: Partial<Choice>) {
    draft.value = { ...draft.value, ...part }
    hoursError.value = undefined
    // What a failed save put there belongs to the choice before.
    form.restore('AUTO_SYNC')
    form.restore('SYNC_SCHEDULE')
  }

  function discard() {
    draft.value = {}
    hoursError.value = undefined
    form.discard()
  }

  async function save() {
    const { settings, hours } = changes.value
    for (const [name, value] of Object.entries(settings)) form.edit(name, value)
    await form.save()
    if (hours !== null) await putHours(hours, (problem) => (hoursError.value = problem))
    await interval.refetch()
    discard()
    await readAnew('schedule')
  }

  const count = computed(() => {
    const others = { ...form.changes.value, ...changes.value.settings }
    return Object.keys(others).length + countOf({ settings: {}, hours: changes.value.hours })
  })

  return { form, choice, choose, isReady, lockedBy, hoursError, count, save, discard }
}
