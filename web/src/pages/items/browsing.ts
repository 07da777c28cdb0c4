/**
 * The row of items that one came from: its page remembers it, so that an item's own page leads on
 * to the next one and back to the same place.
 */
import { shallowRef } from 'vue'

export const browsed = shallowRef<{ ids: number[]; address: string }>({ ids: [], address: '' })
/** The item that was opened last; who comes back finds the focus there. */
export const lastOpened = shallowRef<number | null>(null)

export function neighbours(id: number, ids: number[]) {
  const at = ids.indexOf(id)
  return at < 0
    ? { previous: undefined, next: undefined }
    : { previous: ids[at - 1], next: ids[at + 1] }
}
