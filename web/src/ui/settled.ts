/**
 * A value that follows once it has not changed for a moment: for asking the server while typing.
 * What is emptied is so at once.
 */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

export function useSettled<T>(source: () => T, ms = 300): Ref<T> {
  const settled = ref(source()) as Ref<T>
  let timer = 0
  watch(source, (value) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => (settled.value = value), value ? ms : 0)
  })
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
