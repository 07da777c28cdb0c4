/** Which items are chosen for something that is done to several. */
import { computed, ref, shallowRef } from 'vue'
import type { Item } from '@/api/types'

/** `may`: whether there is anything to choose for. */
export function useSelection(most: number, may = () => true) {
  const isOn = ref(false)
  const chosen = shallowRef(new Map<number, Item>())
  const items = computed(() => [...chosen.value.values()])
  const isFull = computed(() => chosen.value.size >= most)
  let last: number | null = null

  function put(next: Iterable<Item>) {
    const kept = [...next].slice(0, most)
    chosen.value = new Map(kept.map((item) => [item.id, item]))
  }

  function toggle(item: Item) {
    if (!may()) return
    isOn.value = true
    last = item.id
    put(
      chosen.value.has(item.id)
        ? items.value.filter((other) => other.id !== item.id)
        : [...items.value, item],
    )
  }

  /** From the one that was toggled last to this one, as they stand in `all`. */
  function extend(item: Item, all: Item[]) {
    const from = all.findIndex((other) => other.id === last)
    const to = all.findIndex((other) => other.id === item.id)
    if (from < 0) return toggle(item)
    put([...items.value, ...all.slice(Math.min(from, to), Math.max(from, to) + 1)])
  }

  function end() {
    isOn.value = false
    put([])
  }

  const has = (item: Item) => chosen.value.has(item.id)
  return { isOn, items, isFull, has, toggle, extend, put, end }
}

export type Selection = ReturnType<typeof useSelection>
