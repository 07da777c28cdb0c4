/**
 * A long list that scrolls with the page: only the rows near the window are there, more is read
 * before it is reached, and arrow keys move one focus over all of it.
 */
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/vue-virtual'
import { computed, nextTick, onMounted, ref, watch, type Ref } from 'vue'
import type { Item } from '@/api/types'
import { usePlace } from '@/ui/place'
import { lastOpened } from './browsing'
import { PAGE } from './itemPages'
import { nextIndex } from './roving'

interface Browsing {
  root: Ref<HTMLElement | null>
  items: () => Item[]
  columns: () => number
  rowHeight: () => number
  /** Above the first row, inside the root: a table's head. */
  headHeight?: number
  /** How many items are to be there soon. */
  want: (count: number) => void
}

/** More than any window has rows. */
const SLOTS = 64

/**
 * Rows that leave the window lend their elements to those that come, which is much quicker than to
 * make new ones. The row with the focus keeps its own, or the focus would go to another title.
 */
export function slotOf(row: number, focused: number): string {
  const isTaken = row !== focused && row % SLOTS === focused % SLOTS
  return isTaken ? `row-${row}` : String(row % SLOTS)
}

export const pixelsPerRem = () => parseFloat(getComputedStyle(document.documentElement).fontSize)

/** One focus that arrow keys move over all of the list. */
function useRoving(
  options: Omit<Browsing, 'want'> & { at: Ref<number>; show: (index: number) => void },
) {
  const { root, items, columns, rowHeight, at, show } = options
  const elementAt = (index: number) =>
    root.value?.querySelector<HTMLElement>(`[data-at="${index}"]`) ?? null

  async function go(index: number) {
    at.value = index
    show(index)
    await nextTick()
    elementAt(index)?.focus({ preventScroll: true })
  }

  function onKeydown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!(event.target instanceof HTMLElement) || event.target.dataset['at'] === undefined) return
    const index = nextIndex(event.key, {
      at: at.value,
      count: items().length,
      columns: columns(),
      rows: Math.floor(window.innerHeight / rowHeight()) - 1,
      isRightToLeft: document.documentElement.dir === 'rtl',
    })
    if (index === undefined) return
    event.preventDefault()
    void go(index)
  }

  function onFocusin(event: FocusEvent) {
    const index = Number((event.target as HTMLElement).dataset['at'] ?? NaN)
    if (!Number.isNaN(index)) at.value = index
  }

  /** Who comes back from an item finds the focus where it was. */
  onMounted(async () => {
    if (lastOpened.value === null) return
    lastOpened.value = null
    await nextTick()
    elementAt(at.value)?.focus({ preventScroll: true })
  })
  watch(items, (now) => (at.value = Math.min(at.value, Math.max(0, now.length - 1))))

  const tabindex = (index: number) => (index === at.value ? 0 : -1)
  return { tabindex, onKeydown, onFocusin }
}

export function useBrowse({ root, items, columns, rowHeight, headHeight = 0, want }: Browsing) {
  const { top } = usePlace(root)
  const at = ref(
    Math.max(
      0,
      items().findIndex((item) => item.id === lastOpened.value),
    ),
  )
  const rowOf = (index: number) => Math.floor(index / columns())

  /** The row with the focus is always there, or the focus would be lost. */
  const keeping = (focused: number) => (range: Range) => {
    const rows = defaultRangeExtractor(range)
    if (focused >= range.count || rows.includes(focused)) return rows
    return [...rows, focused].sort((one, other) => one - other)
  }

  const virtualizer = useWindowVirtualizer<HTMLElement>(
    computed(() => ({
      count: Math.ceil(items().length / columns()),
      estimateSize: rowHeight,
      overscan: 2,
      scrollMargin: top.value + headHeight,
      scrollPaddingStart: 12,
      scrollPaddingEnd: 96,
      rangeExtractor: keeping(rowOf(at.value)),
      initialRect: { width: innerWidth, height: innerHeight },
      initialOffset: () => window.scrollY,
    })),
  )
  watch(rowHeight, () => virtualizer.value.measure())

  const rows = computed(() =>
    virtualizer.value.getVirtualItems().map((row) => ({
      index: row.index,
      slot: slotOf(row.index, rowOf(at.value)),
      top: row.start - virtualizer.value.options.scrollMargin,
      first: row.index * columns(),
    })),
  )
  const height = computed(() => virtualizer.value.getTotalSize())
  const lastRow = computed(() => virtualizer.value.range?.endIndex ?? 0)
  watch(lastRow, (row) => want((row + 1) * columns() + PAGE), { immediate: true })

  const show = (index: number) => virtualizer.value.scrollToIndex(rowOf(index), { align: 'auto' })
  const roving = useRoving({ root, items, columns, rowHeight, at, show })

  /** From the start, for another question. */
  function restart() {
    at.value = 0
    if (window.scrollY > top.value) window.scrollTo({ top: Math.max(0, top.value - 80) })
  }

  return { rows, height, restart, ...roving }
}
