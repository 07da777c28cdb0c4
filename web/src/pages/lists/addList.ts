/** Adding a list that was recognised, and syncing it if wished. */
import { ref } from 'vue'
import { errorsOf, sentenceOf } from '@/api/client'
import { useReadAnew } from '@/api/queries'
import type { List } from '@/api/types'
import { useSync } from '@/live/sync'
import { attempt, tellError } from '@/ui/toasts'
import { addList } from './listDeeds'
import type { Named } from './recognition'

export type Choices = Pick<List, 'schedule' | 'user_id' | 'item_limit' | 'quality' | 'seasons'>

export const usualChoices = (): Choices => ({
  schedule: '',
  user_id: '0',
  item_limit: 0,
  quality: 'default',
  seasons: 'all',
})

export interface Added {
  list: List
  synced: boolean
}

export function useAddList() {
  const readAnew = useReadAnew()
  const sync = useSync()
  const choices = ref(usualChoices())
  const errors = ref<Record<string, string>>({})
  const busy = ref<'add' | 'sync' | null>(null)
  const added = ref<Added | null>(null)

  async function add(named: Named, name: string, synced: boolean) {
    const { list_type, list_id } = named
    busy.value = synced ? 'sync' : 'add'
    errors.value = {}
    try {
      const description = name ? { description: name } : {}
      const { list } = await addList({ list_type, list_id, ...description, ...choices.value })
      // It is there, even if no sync can begin now.
      const begun = synced && (await attempt(() => sync.start({ lists: [list.id] })))
      added.value = { list, synced: begun }
      void readAnew('lists')
    } catch (error) {
      errors.value = errorsOf(error)
      if (!Object.keys(errors.value).length) tellError(sentenceOf(error))
    } finally {
      busy.value = null
    }
  }

  function another() {
    added.value = null
    choices.value = usualChoices()
  }

  return { choices, errors, busy, added, add, another }
}
