/**
 * What can be done to lists. Changes are seen at once and told to the server behind; what fails is
 * said, and the server's truth comes back. What was changed or removed can be taken back.
 */
import { useQueryCache } from '@pinia/colada'
import { api, sentenceOf, take } from '@/api/client'
import { useReadAnew } from '@/api/queries'
import type { paths } from '@/api/schema'
import type { List } from '@/api/types'
import { useSync } from '@/live/sync'
import english from '@/text/en/lists.json'
import { useText } from '@/text/text'
import { attempt, tell, tellError, tellWithUndo } from '@/ui/toasts'

type Body<P extends keyof paths, M extends 'post' | 'put'> = paths[P] extends {
  [method in M]: { requestBody?: { content: { 'application/json': infer B } } }
}
  ? B
  : never

type Lists = { lists: List[] }
export type ListChange = Body<'/api/lists/{id}', 'put'>
export type ListWish = Body<'/api/lists', 'post'>

/** Everything that somebody chose for a list: enough to add it again. */
export function wishOf(list: List): ListWish {
  const { list_type, list_id, description, auto_sync, priority, item_limit } = list
  const { user_id, quality, seasons, schedule } = list
  return {
    ...{ list_type, list_id, description, auto_sync, priority, item_limit },
    ...{ user_id, quality, seasons, schedule },
  }
}

/** How it was before: of what the change names, the list's own values. */
export function inverse(list: List, change: ListChange): ListChange {
  const names = Object.keys(change) as (keyof ListChange)[]
  return Object.fromEntries(names.map((name) => [name, list[name]]))
}

export const putList = (id: number, body: ListChange) =>
  take(api.PUT('/api/lists/{id}', { params: { path: { id } }, body }))
const removeList = (id: number) => api.DELETE('/api/lists/{id}', { params: { path: { id } } })
export const addList = (body: ListWish) => take(api.POST('/api/lists', { body }))

/** Changes lists in the cache and on the server, and says what fails. */
function useListChanges() {
  const cache = useQueryCache()
  const readAnew = useReadAnew()

  function show(change: (lists: List[]) => List[]) {
    const now = cache.getQueryData<Lists>(['lists', 'all'])
    if (now) cache.setQueryData(['lists', 'all'], { ...now, lists: change(now.lists) })
  }

  /** One after the other, so that hundreds of them stay below the server's limit. */
  async function forEach(lists: List[], deed: (list: List) => Promise<unknown>) {
    let failure: unknown
    for (const list of lists) await deed(list).catch((error: unknown) => (failure ??= error))
    void readAnew('lists')
    if (failure) tellError(sentenceOf(failure))
    return !failure
  }

  async function put(lists: List[], changeOf: (list: List) => ListChange) {
    const changes = new Map(lists.map((list) => [list.id, changeOf(list)]))
    show((all) => all.map((list) => ({ ...list, ...changes.get(list.id) })))
    return forEach(lists, (list) => putList(list.id, changes.get(list.id) ?? {}))
  }

  return { show, forEach, put }
}

export function useListDeeds() {
  const text = useText('lists', english)
  const sync = useSync()
  const { show, forEach, put } = useListChanges()

  async function change(lists: List[], wanted: ListChange, told: string) {
    const before = new Map(lists.map((list) => [list.id, inverse(list, wanted)]))
    if (await put(lists, () => wanted)) {
      tellWithUndo(told, () => void put(lists, (list) => before.get(list.id) ?? {}))
    }
  }

  async function remove(lists: List[]) {
    const gone = new Set(lists.map((list) => list.id))
    show((all) => all.filter((list) => !gone.has(list.id)))
    const done = await forEach(lists, (list) => removeList(list.id))
    if (done) tellWithUndo(named('removed', lists), () => void addAgain(lists))
  }

  async function addAgain(lists: List[]) {
    if (await forEach(lists, (list) => addList(wishOf(list)))) tell(named('back', lists))
  }

  const syncNow = (lists: List[]) =>
    attempt(() => sync.start({ lists: lists.map((list) => list.id) }), named('syncing', lists))

  /** "Weekend removed.", "3 lists removed." */
  function named(key: 'removed' | 'back' | 'syncing', lists: List[]) {
    const [only] = lists
    return lists.length === 1 && only
      ? text(`${key}_one`, { name: only.display_name })
      : text(`${key}_many`, { n: lists.length })
  }

  /** Of a single list the switch itself says it, and takes it back. */
  const turn = (lists: List[], on: boolean) =>
    lists.length === 1
      ? put(lists, () => ({ auto_sync: on }))
      : change(lists, { auto_sync: on }, text(on ? 'turned_on' : 'turned_off', { n: lists.length }))

  return { change, turn, remove, syncNow }
}
