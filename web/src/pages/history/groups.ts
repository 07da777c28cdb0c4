/** The tabs of a run's items, and the sentence of a plan. */
import type { LocationQuery } from 'vue-router'
import type { RunGroups } from '@/api/types'
import english from '@/text/en/history.json'
import { useText } from '@/text/text'
import type { Tab } from '@/ui/AppTabs.vue'
import { groupMark, groups, type Group } from '@/words/words'

const text = useText('history', english)

const isGroup = (word: unknown): word is Group => groups.includes(word as Group)

/** The tab that is asked for, otherwise the first with items. */
export function currentGroup(asked: unknown, counts: RunGroups): Group {
  if (isGroup(asked)) return asked
  return groups.find((group) => counts[group] > 0) ?? 'new'
}

/** Empty groups have no tab, but for what is new: that there is nothing new is news too. */
export function groupTabs(
  counts: RunGroups,
  options: { dryRun: boolean; current: Group; query: LocationQuery },
): Tab[] {
  const shown = groups.filter(
    (group) => counts[group] > 0 || group === 'new' || group === options.current,
  )
  return shown.map((group) => {
    const { word, tone } = groupMark(group, options.dryRun)
    const to = { query: { ...options.query, group } }
    return { key: group, label: word, tone, count: counts[group], to }
  })
}

/** "Would request 7 · skip 212 · ask you about 3" */
export function planSentence(counts: RunGroups): string {
  const values = {
    request: counts.new,
    skip: counts.there + counts.asked_before + counts.not_asked,
    ask: counts.needs_person + counts.failed,
  }
  return text(counts.new ? 'plan' : 'plan_nothing', values)
}
