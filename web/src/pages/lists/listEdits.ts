/**
 * What somebody changes in a list's settings, kept apart from the list until it is saved: what the
 * server changes meanwhile is seen in all fields that were not touched, and only what was changed
 * is sent.
 */
import { computed, ref, type WritableComputedRef } from 'vue'
import type { List } from '@/api/types'
import type { ListChange } from './listDeeds'

export type Editable = Required<ListChange>

const names = [
  'description',
  'auto_sync',
  'priority',
  'item_limit',
  'user_id',
  'quality',
  'seasons',
  'schedule',
] as const satisfies (keyof Editable)[]

type Fields = { [name in keyof Editable]: WritableComputedRef<Editable[name]> }

export function useListEdits(list: () => List | undefined) {
  const edits = ref<ListChange>({})
  /** Counts how often everything went back, for fields that remember more than their value. */
  const resets = ref(0)

  function field<N extends keyof Editable>(name: N) {
    return computed({
      get: () => (edits.value[name] ?? list()?.[name]) as Editable[N],
      set: (value) => {
        const others = Object.entries(edits.value).filter(([other]) => other !== name)
        const isChange = value !== list()?.[name]
        edits.value = { ...Object.fromEntries(others), ...(isChange ? { [name]: value } : {}) }
      },
    })
  }

  const fields = Object.fromEntries(names.map((name) => [name, field(name)])) as unknown as Fields
  const count = computed(() => Object.keys(edits.value).length)

  function reset() {
    edits.value = {}
    resets.value++
  }

  return { fields, edits, count, resets, reset }
}

export type ListEdits = ReturnType<typeof useListEdits>
