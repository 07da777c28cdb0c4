/**
 * Where one is in the log: at its end, which is followed, or further up, where nothing may move what
 * is read. Only the rows in sight are on the page.
 */
import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, nextTick, onMounted, ref, watch, type Ref } from 'vue'
import type { Line } from './lines'

type Box = Ref<HTMLElement | null>
type Lines = Ref<Line[]>

/** Near enough to the end to be meant. */
const NEAR = 24

const useRows = (box: Box, lines: Lines) =>
  useVirtualizer(
    computed(() => ({
      count: lines.value.length,
      getScrollElement: () => box.value,
      estimateSize: () => 34,
      getItemKey: (index: number) => lines.value[index]?.number ?? index,
      overscan: 12,
      anchorTo: 'end' as const,
      followOnAppend: true,
      scrollEndThreshold: NEAR,
    })),
  )

type Rows = ReturnType<typeof useRows>

/** Whether the end is in sight, and how many lines have come since it was. */
function useEnd(box: Box, lines: Lines, virtualizer: Rows) {
  const isAtEnd = ref(true)
  const seen = ref(0)
  const newest = computed(() => lines.value.at(-1)?.number ?? 0)
  const unseen = computed(() =>
    isAtEnd.value ? 0 : lines.value.filter((line) => line.number > seen.value).length,
  )

  function look() {
    const element = box.value
    if (!element) return
    isAtEnd.value = element.scrollHeight - element.clientHeight - element.scrollTop <= NEAR
    if (isAtEnd.value) seen.value = newest.value
  }

  function toEnd() {
    virtualizer.value.scrollToEnd()
    isAtEnd.value = true
    seen.value = newest.value
  }

  watch(newest, (now) => {
    if (isAtEnd.value) seen.value = now
  })
  // The first lines are there: begin with the newest.
  watch(
    () => lines.value.length > 0,
    async (isThere) => {
      if (!isThere) return
      await nextTick()
      toEnd()
    },
  )
  onMounted(() => lines.value.length && toEnd())

  return { isAtEnd, unseen, look, toEnd }
}

const nextFrame = () => new Promise(requestAnimationFrame)

export function useLogPlace(box: Box, lines: Lines) {
  const virtualizer = useRows(box, lines)
  const rows = computed(() =>
    virtualizer.value.getVirtualItems().flatMap((row) => {
      const line = lines.value[row.index]
      return line ? [{ row, line }] : []
    }),
  )

  /** Older lines above must not move what is read; their heights are known after a frame or two. */
  async function keepPlace(readOlder: () => Promise<void>) {
    const offset = box.value?.scrollTop ?? 0
    const top = virtualizer.value.getVirtualItemForOffset(offset)
    const number = top && lines.value[top.index]?.number
    await readOlder()
    const index = lines.value.findIndex((line) => line.number === number)
    for (let frame = 0; top && frame < 3; frame++) {
      await nextFrame()
      const [start] = virtualizer.value.getOffsetForIndex(index, 'start') ?? []
      if (start !== undefined) virtualizer.value.scrollToOffset(start + offset - top.start)
    }
  }

  return { virtualizer, rows, keepPlace, ...useEnd(box, lines, virtualizer) }
}
