/** Several rows chosen at once. Only what is shown can be chosen, so that nothing unseen changes. */
import { computed, ref } from 'vue'

export function useSelection(shown: () => number[]) {
  const marked = ref(new Set<number>())
  const last = ref<number | null>(null)

  const chosen = computed(() => shown().filter((id) => marked.value.has(id)))
  const all = computed(() => chosen.value.length > 0 && chosen.value.length === shown().length)

  function between(from: number, to: number): number[] {
    const ids = shown()
    const [low, high] = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b) as [
      number,
      number,
    ]
    return low < 0 ? [to] : ids.slice(low, high + 1)
  }

  /** `range`: also everything between this one and the one before. */
  function toggle(id: number, range = false) {
    const on = !marked.value.has(id)
    for (const each of range && last.value !== null ? between(last.value, id) : [id]) {
      if (on) marked.value.add(each)
      else marked.value.delete(each)
    }
    last.value = id
  }

  function chooseAll() {
    marked.value = new Set(shown())
  }

  function clear() {
    marked.value = new Set()
    last.value = null
  }

  const has = (id: number) => marked.value.has(id)

  return { chosen, all, has, toggle, chooseAll, clear }
}
