/** Several rows chosen, for something that is done to all of them at once. */
import { computed, ref, shallowRef } from 'vue'

interface Row {
  id: number
}

interface Ways {
  /** As many as may be chosen. */
  most?: number
  /** Whether there is anything to choose for. */
  may?: () => boolean
  /** Rows that are no longer shown stay chosen; otherwise nothing is done to what nobody sees. */
  keepsUnseen?: boolean
}

export function useSelection<R extends Row>(shown: () => R[], ways: Ways = {}) {
  const { most = Infinity, may = () => true, keepsUnseen = false } = ways
  const isBegun = ref(false)
  const marked = shallowRef(new Map<number, R>())
  let last: number | null = null

  const has = ({ id }: Row) => marked.value.has(id)
  const chosen = computed(() => (keepsUnseen ? [...marked.value.values()] : shown().filter(has)))
  /** Somebody began to choose, or has chosen. */
  const isOn = computed(() => isBegun.value || chosen.value.length > 0)
  const areAll = computed(() => shown().length > 0 && shown().every(has))
  const isFull = computed(() => chosen.value.length >= most)

  function put(rows: R[]) {
    marked.value = new Map(rows.slice(0, most).map((row) => [row.id, row]))
  }

  /** From the one that was toggled last to this one, as they stand. */
  function upTo(row: R): R[] {
    const rows = shown()
    const from = rows.findIndex(({ id }) => id === last)
    const to = rows.findIndex(({ id }) => id === row.id)
    return from < 0 ? [row] : rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  }

  /** `isRange`: what is between this one and the one before becomes as this one does. */
  function toggle(row: R, isRange = false) {
    if (!may()) return
    const rows = isRange ? upTo(row) : [row]
    const others = [...marked.value.values()].filter((other) =>
      rows.every(({ id }) => id !== other.id),
    )
    put(has(row) ? others : [...others, ...rows])
    last = row.id
  }

  function begin() {
    isBegun.value = may()
  }

  function end() {
    isBegun.value = false
    last = null
    put([])
  }

  const chooseAll = () => put(shown())
  return { isOn, chosen, areAll, isFull, has, toggle, chooseAll, begin, end }
}

export type Selection<R extends Row> = ReturnType<typeof useSelection<R>>
