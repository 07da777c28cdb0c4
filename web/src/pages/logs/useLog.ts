/** The log as it is filtered: what the server keeps of it, and what is said from now on. */
import { onMounted, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api, take } from '@/api/client'
import { useLive } from '@/live/live'
import type { LiveMessage } from '@/live/connection'
import {
  fits,
  join,
  lineOfEntry,
  lineOfMessage,
  merge,
  MOST_KEPT,
  trim,
  type Filter,
  type Line,
} from './lines'

const PAGE = 500
/** The server may keep far more, in files. */
export const MOST_SAVED = 10_000
/** Many lines come within one blink; the page changes once. */
const GATHER_MS = 120

async function readPage(filter: Filter, before?: number) {
  const query = {
    level: filter.level,
    limit: PAGE,
    ...(filter.part ? { category: filter.part } : {}),
    ...(filter.run ? { run: filter.run } : {}),
    ...(filter.search ? { search: filter.search } : {}),
    ...(before ? { before } : {}),
  }
  const page = await take(api.GET('/api/logs/entries', { params: { query } }))
  return {
    lines: page.entries.map(lineOfEntry),
    hasMore: page.has_more,
    oldestKept: page.oldest,
  }
}

/** What the server keeps and the filter lets through: the newest of it. */
export async function readAll(filter: Filter): Promise<Line[]> {
  let page = await readPage(filter)
  let lines = page.lines
  while (page.hasMore && lines[0] && lines.length < MOST_SAVED) {
    page = await readPage(filter, lines[0].number)
    lines = [...page.lines, ...lines]
  }
  return lines.slice(-MOST_SAVED)
}

/** What is on the page, and how more comes to it. */
function useKept(filter: () => Filter) {
  const lines = shallowRef<Line[]>([])
  const hasOlder = ref(false)
  const isRead = ref(false)
  const error = ref<unknown>(null)
  let asked = 0
  let most = MOST_KEPT

  function put(next: Line[]) {
    const [kept, isTrimmed] = trim(next, most)
    lines.value = kept
    if (isTrimmed) hasOlder.value = true
  }

  /** Reads the newest lines; of two readings the last one counts. */
  async function read() {
    const mine = ++asked
    const before = lines.value.at(-1)?.number ?? 0
    try {
      const page = await readPage(filter())
      if (mine !== asked) return
      put(join(lines.value, page, before))
      if (lines.value[0] === page.lines[0]) hasOlder.value = page.hasMore
      error.value = null
    } catch (failure) {
      if (mine !== asked) return
      error.value = failure
    }
    isRead.value = true
  }

  async function older() {
    const first = lines.value[0]
    if (!first) return
    const of = filter()
    const page = await readPage(of, first.number)
    if (of !== filter()) return
    hasOlder.value = page.hasMore
    most += page.lines.length
    lines.value = merge(lines.value, page.lines)
  }

  function empty() {
    lines.value = []
    isRead.value = false
  }

  return { lines, hasOlder, isRead, error, put, read, older, empty }
}

export function useLog(filter: () => Filter) {
  const live = useLive()
  const { put, empty, ...kept } = useKept(filter)
  let waiting: Line[] = []
  let timer = 0

  function flush() {
    timer = 0
    put(merge(kept.lines.value, waiting))
    waiting = []
  }

  function receive(message: LiveMessage) {
    const line = lineOfMessage(message)
    if (!line || !fits(line, filter())) return
    waiting.push(line)
    timer ||= window.setTimeout(flush, GATHER_MS)
  }

  const subscribe = () => live.subscribe({ log_level: filter().level })

  watch(filter, (now, then) => {
    empty()
    waiting = []
    void kept.read()
    if (now.level !== then.level) subscribe()
  })
  onMounted(() => {
    subscribe()
    void kept.read()
  })
  onScopeDispose(live.on('log', (_, message) => receive(message)))
  // After a lost connection too: what was said meanwhile is read from what the server keeps.
  onScopeDispose(live.on('subscribed', () => void kept.read()))
  onScopeDispose(() => {
    clearTimeout(timer)
    live.subscribe({ log_level: null })
  })

  return kept
}
