/** What the page does to items: each says what came of it, and how to take it back. */
import { ApiFailure, api, take } from '@/api/client'
import type { Item } from '@/api/types'
import english from '@/text/en/items.json'
import { useText } from '@/text/text'
import { attempt, tell, tellWithUndo } from '@/ui/toasts'
import { titleWithYear } from '@/words/words'
import type { BulkAction } from './actions'

const text = useText('items', english)
const path = (id: number) => ({ params: { path: { id } } })

const ignore = (id: number) => take(api.POST('/api/items/{id}/ignore', path(id)))
const unignore = (id: number) => take(api.DELETE('/api/items/{id}/ignore', path(id)))
const allow = (id: number) => take(api.POST('/api/items/{id}/allow', path(id)))
const unmatch = (id: number) => take(api.DELETE('/api/items/{id}/match', path(id)))
const ask = (items: number[]) => take(api.POST('/api/sync/trigger', { body: { items } }))

export const ignoreOne = (item: Item) =>
  attempt(async () => {
    await ignore(item.id)
    const undo = () => void attempt(() => unignore(item.id))
    tellWithUndo(text('told_ignored', { title: titleWithYear(item) }), undo)
  })

export const allowOne = (item: Item) =>
  attempt(async () => {
    await allow(item.id)
    const said = text('told_allowed', { title: titleWithYear(item) })
    if (item.ignored) tellWithUndo(said, () => void attempt(() => ignore(item.id)))
    else tell(said)
  })

export const askOne = (item: Item) =>
  attempt(async () => {
    await ask([item.id])
    tell(text('told_asking', { title: titleWithYear(item) }))
  })

/** Declined, deleted or ignored: allowed first, or the sync would pass it over. */
export const askOneAgain = (item: Item) =>
  attempt(async () => {
    await allow(item.id)
    await ask([item.id])
    tell(text('told_asking', { title: titleWithYear(item) }))
  })

export interface Choice {
  media_type: 'movie' | 'tv'
  tmdb_id: number
  title: string
}

export const matchOne = (item: Item, choice: Choice, alsoAsk: boolean) =>
  attempt(async () => {
    await take(api.PUT('/api/items/{id}/match', { ...path(item.id), body: choice }))
    const undo = () => void attempt(() => unmatch(item.id))
    const title = choice.title || `TMDB ${choice.tmdb_id}`
    if (!alsoAsk) return tellWithUndo(text('told_matched', { title }), undo)
    await ask([item.id])
    tell(text('told_matched_asking', { title }))
  })

export const unmatchOne = (item: Item) =>
  attempt(async () => {
    await unmatch(item.id)
    tell(text('told_unmatched', { title: titleWithYear(item) }))
  })

/** The most that one sync takes by number. */
export const MOST_CHOSEN = 500
const AT_ONCE = 4
const WAIT_MS = 5000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Some at a time; where the server asks for patience, it gets it. */
async function forEach(ids: number[], deed: (id: number) => Promise<unknown>) {
  const left = [...ids]
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      try {
        await deed(id)
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.status !== 429) throw error
        left.push(id)
        await pause(WAIT_MS)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

export const doToAll = (action: BulkAction, items: Item[]) =>
  attempt(async () => {
    const ids = items.map((item) => item.id)
    const n = ids.length
    if (action === 'request' || action === 'retry') {
      await ask(ids)
      tell(text('told_asking_all', { n }))
    } else if (action === 'ignore') {
      await forEach(ids, ignore)
      tellWithUndo(
        text('told_ignored_all', { n }),
        () => void attempt(() => forEach(ids, unignore)),
      )
    } else {
      await forEach(ids, allow)
      tell(text('told_allowed_all', { n }))
    }
  })
