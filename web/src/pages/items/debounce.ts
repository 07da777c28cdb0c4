import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Follows `source` once it has been still for a while; at once when it is emptied. */
export function refDebounced(source: Ref<string>, ms: number): Ref<string> {
  const settled = ref(source.value)
  let timer = 0
  watch(source, (value) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => (settled.value = value), value ? ms : 0)
  })
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
