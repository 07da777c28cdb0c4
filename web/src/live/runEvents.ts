/** What a run tells while it is under way, on top of what was read of it. */
import { computed, ref, watch } from 'vue'
import { api, take } from '@/api/client'
import type { Item, LiveList, Progress, SyncStatus } from '@/api/types'
import { useLive } from './live'
import {
  countRequested,
  mergeItems,
  mergePhase,
  mergeRead,
  mergeTold,
  type LiveItem,
  type ToldList,
} from './merge'

/** The newest items of a run that are kept to show. */
const ITEMS_KEPT = 60
const ITEMS_READ = 20

const asLive = (item: Item): LiveItem => ({ ...item, item_id: item.id, answer: '' })

/** Who comes in the middle sees what was requested so far; the rest comes as events. */
async function readNewest(run: number): Promise<LiveItem[]> {
  const query = { status: 'requested', sort: 'recent', limit: ITEMS_READ } as const
  const { items } = await take(api.GET('/api/items', { params: { query } }))
  return items.filter((item) => item.run_id === run).map(asLive)
}

export function useRunEvents(status: () => SyncStatus | undefined) {
  const live = useLive()
  const told = ref<{ run: number; progress: Partial<Progress> } | null>(null)
  const items = ref<LiveItem[]>([])
  const lists = ref<LiveList[]>([])
  const warnings = ref<string[]>([])
  let followed = 0

  const progress = computed<Progress | null>(() => {
    const read = status()?.progress
    if (!read) return null
    return told.value?.run === status()?.run?.id ? { ...read, ...told.value?.progress } : read
  })

  /** What is kept belongs to this run; what came of another one goes. */
  function follow(run: number) {
    if (followed === run) return
    followed = run
    items.value = []
    lists.value = []
    warnings.value = []
  }

  watch(status, async (read) => {
    if (!read) follow(0)
    if (!read?.run) return
    const isNew = followed !== read.run.id
    follow(read.run.id)
    lists.value = mergeRead(lists.value, read.progress?.lists ?? [])
    if (!isNew || read.run.dry_run) return
    const older = await readNewest(read.run.id).catch(() => [])
    if (followed === read.run.id) items.value = mergeItems(items.value, older, ITEMS_KEPT)
  })

  const onRun = (type: string, take: (data: Record<string, unknown>) => void) =>
    live.on(type, (data) => {
      follow(Number(data['run']))
      take(data)
    })
  const onList = (data: Record<string, unknown>) => {
    lists.value = mergeTold(lists.value, data as unknown as ToldList)
  }
  onRun('run_progress', (data) => {
    told.value = { run: followed, progress: data as Partial<Progress> }
    lists.value = mergePhase(lists.value, data['phase'])
  })
  onRun('run_item', (data) => {
    const item = data as unknown as LiveItem
    items.value = mergeItems([item], items.value, ITEMS_KEPT)
    lists.value = countRequested(lists.value, item)
  })
  onRun('run_list_read', onList)
  onRun('run_list', onList)
  onRun('run_warning', (data) => {
    warnings.value = [...warnings.value, String(data['message'] ?? '')]
  })

  return { progress, items, lists, warnings }
}
