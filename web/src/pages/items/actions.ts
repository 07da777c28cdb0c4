/** What can be done about an item, by how it stands; the first is the one to offer most. */
import type { Item } from '@/api/types'

export type Action =
  'request' | 'retry' | 'check' | 'ask_again' | 'allow' | 'match' | 'rematch' | 'unmatch' | 'ignore'

type Standing = Pick<Item, 'status' | 'decision' | 'ignored' | 'list_sources' | 'match'>

const isFailed = (item: Standing) => ['error', 'request_failed'].includes(item.status)
const isUnmatched = (item: Standing) => item.status === 'not_found' || item.decision === 'unmatched'

/** Stays unasked until a person allows it again. */
const isRefused = (item: Standing) =>
  ['skip_declined', 'skip_deleted', 'skip_ignored'].includes(item.decision)

/** Asks Seerr: only for what is on a list, for nobody else says for whom. */
function askingOf(item: Standing): Action | undefined {
  if (!item.list_sources.length) return undefined
  if (isFailed(item) || isUnmatched(item)) return 'retry'
  if (isRefused(item)) return 'ask_again'
  const isOpen = ['', 'would_be_synced', 'cancelled'].includes(item.status)
  return isOpen || item.decision === 'skip_limit' ? 'request' : 'check'
}

export function actionsFor(item: Standing): Action[] {
  if (item.ignored) return item.list_sources.length ? ['allow', 'ask_again'] : ['allow']
  const asking = askingOf(item)
  const match = isUnmatched(item) ? 'match' : 'rematch'
  const all: (Action | false | undefined)[] = isUnmatched(item) ? [match, asking] : [asking, match]
  all.push(!!item.match && 'unmatch', 'ignore')
  return all.filter((action) => !!action) as Action[]
}

/** What may be done to several at once, and to which of them. */
export const bulkActions = ['request', 'retry', 'allow', 'ignore'] as const
export type BulkAction = (typeof bulkActions)[number]

const fits: Record<BulkAction, (item: Standing) => boolean> = {
  request: (item) =>
    !item.ignored && !!item.list_sources.length && !isFailed(item) && !isRefused(item),
  retry: (item) => !item.ignored && !!item.list_sources.length && isFailed(item),
  allow: (item) => item.ignored || isRefused(item),
  ignore: (item) => !item.ignored,
}

export const fittingFor = <T extends Standing>(action: BulkAction, items: T[]): T[] =>
  items.filter(fits[action])
