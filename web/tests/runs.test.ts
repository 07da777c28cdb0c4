import { describe, expect, it, vi } from 'vitest'
import type { LiveList, Run, RunGroups, Schedule } from '@/api/types'
import { columnsOf } from '@/charts/columns'
import {
  countRequested,
  mergeItems,
  mergePhase,
  mergeRead,
  mergeTold,
  type LiveItem,
} from '@/live/merge'
import { doneWords, phaseWord, progressSentence } from '@/live/progressWords'
import { currentGroup, groupTabs, planSentence } from '@/pages/history/groups'
import { isOld } from '@/pages/history/plan'
import { runsQuery } from '@/pages/history/queries'
import {
  countTicked,
  everything,
  isTicked,
  nothing,
  orderOf,
  toggle,
} from '@/pages/history/selection'
import { namesOf, outcomesOf } from '@/pages/history/undo'
import { bodyOf, chosenOf, queryOf, toggled } from '@/pages/sync/choice'
import { shownPast, troubleSentence } from '@/pages/sync/lists'
import { nextTimes } from '@/pages/sync/schedule'

const none = { new: 0, there: 0, asked_before: 0, needs_person: 0, failed: 0, not_asked: 0 }
const groupsWith = (some: Partial<RunGroups>): RunGroups => ({ ...none, ...some })
const progress = { phase: 'requesting', done: 0, total: 0, per_second: 0, left_ms: null }
const full = { mode: 'full', trigger: 'schedule', dry_run: false }

describe('the sentence of a run under way', () => {
  it('says how much is done, how fast, and how long it still takes', () => {
    const at = { ...progress, done: 1840, total: 3012, per_second: 14.2, left_ms: 80_000 }
    expect(progressSentence(full, at, 12)).toBe(
      'Full sync · 12 lists · 1,840 of 3,012 requests · 14 a second · 1 min 20 sec left',
    )
  })

  it('says nothing about what is not known yet', () => {
    expect(progressSentence({ ...full, dry_run: true }, progress, 0)).toBe('Dry run · Full sync')
    expect(progressSentence(full, null, 1)).toBe('Full sync · 1 list')
  })

  it('counts what the phase counts', () => {
    expect(doneWords({ ...progress, phase: 'fetching lists', done: 1, total: 9 })).toBe(
      '1 of 9 lists read',
    )
    expect(doneWords({ ...progress, phase: 'connecting', total: 1 })).toBe('')
  })

  it('names phases in words, new ones in the server’s, and says that it is being cancelled', () => {
    expect(phaseWord({ phase: 'reading Seerr' })).toBe('Asking Seerr what is there')
    expect(phaseWord({ phase: 'sweeping' })).toBe('sweeping')
    expect(phaseWord({ phase: 'requesting', cancelling: true })).toBe('Cancelling')
  })
})

const list = (id: number, more: Partial<LiveList> = {}): LiveList => ({
  id,
  list_type: 'imdb',
  list_id: 'top',
  display_name: 'Top',
  state: 'waiting',
  outcome: null,
  message: '',
  item_count: 0,
  from_snapshot: false,
  requested: 0,
  ...more,
})
const item = (item_id: number, more: Partial<LiveItem> = {}) =>
  ({ item_id, status: 'requested', title: 'Heat', ...more }) as LiveItem

describe('the lists of a run under way', () => {
  it('are taken from what was read by whoever comes in the middle', () => {
    expect(mergeRead([], [list(1, { state: 'read', requested: 3 })])).toMatchObject([
      { state: 'read', requested: 3 },
    ])
  })

  it('never go back when a reading comes later than an event', () => {
    const told = mergeTold([list(1)], { list_id: 1, outcome: 'ok', message: '', items: 250 })
    const merged = mergeRead(countRequested(told, item(7, { lists: [1] })), [list(1)])
    expect(merged).toMatchObject([{ state: 'read', item_count: 250, requested: 1 }])
  })

  it('are all being read once that phase begins', () => {
    const lists = [list(1), list(2, { state: 'read' })]
    expect(mergePhase(lists, 'connecting')).toBe(lists)
    expect(mergePhase(lists, 'fetching lists').map(({ state }) => state)).toEqual([
      'reading',
      'read',
    ])
  })

  it('keep that older data is used until it is told otherwise', () => {
    const told = { list_id: 1, outcome: 'blocked', message: '', items: 88 }
    const first = mergeTold([list(1, { from_snapshot: true })], told)
    expect(first[0]?.from_snapshot).toBe(true)
    expect(mergeTold(first, { ...told, from_snapshot: false })[0]?.from_snapshot).toBe(false)
  })

  it('count only what was really requested, once for each list that holds it', () => {
    const lists = [list(1), list(2), list(3)]
    const counted = countRequested(lists, item(7, { lists: [1, 3] }))
    expect(counted.map(({ requested }) => requested)).toEqual([1, 0, 1])
    expect(countRequested(lists, item(8, { status: 'skipped', lists: [1] }))).toBe(lists)
  })
})

describe('the newest items', () => {
  it('come first, each once with its newest word, and no more than fit', () => {
    const merged = mergeItems([item(2, { status: 'requested' })], [item(1), item(2), item(3)], 2)
    expect(merged.map(({ item_id }) => item_id)).toEqual([2, 1])
  })
})

describe('the choice of lists', () => {
  const lists = [
    { id: 1, auto_sync: true },
    { id: 2, auto_sync: true },
    { id: 3, auto_sync: false },
  ]

  it('is all that are synced by themselves, and then a full sync', () => {
    const chosen = chosenOf('', lists)
    expect([...chosen]).toEqual([1, 2])
    expect(bodyOf(chosen, lists)).toEqual({})
  })

  it('stands in the address and comes back from it', () => {
    const query = queryOf(toggled(chosenOf('', lists), 2), lists)
    expect(query).toBe('1')
    expect(bodyOf(chosenOf(query, lists), lists)).toEqual({ lists: [1] })
    expect(queryOf(toggled(chosenOf(query, lists), 2), lists)).toBe('')
  })

  it('can be none, and passes over lists that are gone', () => {
    expect(chosenOf(queryOf(new Set(), lists), lists).size).toBe(0)
    expect([...chosenOf('3,99', lists)]).toEqual([3])
  })
})

describe('the ticks of a plan', () => {
  const ids = () => Promise.resolve([1, 2, 3, 4])
  const plan = { id: 12, size: 4 }

  it('leave out what was unticked, without asking for all rows', async () => {
    const asked = vi.fn(ids)
    const selection = toggle(toggle(toggle(everything(), 2), 4), 4)
    expect(isTicked(selection, 2)).toBe(false)
    expect(countTicked(selection, 4)).toBe(3)
    expect(await orderOf(plan, selection, asked)).toEqual({ plan_of: 12, except: [2] })
    expect(asked).not.toHaveBeenCalled()
  })

  it('leave out all but what was ticked after all were unticked', async () => {
    const selection = toggle(nothing(), 3)
    expect(countTicked(selection, 4)).toBe(1)
    expect(await orderOf(plan, selection, ids)).toEqual({ plan_of: 12, except: [1, 2, 4] })
  })

  it('name nothing when everything is approved', async () => {
    expect(await orderOf(plan, everything(), ids)).toEqual({ plan_of: 12 })
  })

  it('name the few of very many themselves', async () => {
    const huge = { id: 12, size: 10_000 }
    expect(await orderOf(huge, toggle(nothing(), 3), ids)).toEqual({ items: [3] })
  })
})

describe('a plan', () => {
  it('says what it would do', () => {
    const counts = groupsWith({ new: 7, there: 100, asked_before: 100, not_asked: 12, failed: 3 })
    expect(planSentence(counts)).toBe('Would request 7 · skip 212 · ask you about 3')
    expect(planSentence(groupsWith({ there: 5 }))).toContain('Nothing would be requested')
  })

  it('is old after an hour', () => {
    const run = { completed_at: '2026-11-22T12:00:00Z' } as Run
    expect(isOld(run, Date.parse('2026-11-22T12:30:00Z'))).toBe(false)
    expect(isOld(run, Date.parse('2026-11-22T14:00:00Z'))).toBe(true)
  })
})

describe('the tabs of a run', () => {
  const counts = groupsWith({ there: 5, needs_person: 1 })

  it('are the groups with items, and what is new even if nothing is', () => {
    const tabs = groupTabs(counts, { dryRun: false, current: 'there', query: { search: 'heat' } })
    expect(tabs.map(({ key, count }) => [key, count])).toEqual([
      ['new', 0],
      ['there', 5],
      ['needs_person', 1],
    ])
    expect(tabs[1]?.to).toEqual({ query: { search: 'heat', group: 'there' } })
  })

  it('begin at the first with items, unless the address asks for another', () => {
    expect(currentGroup(undefined, counts)).toBe('there')
    expect(currentGroup('failed', counts)).toBe('failed')
    expect(currentGroup('nonsense', counts)).toBe('there')
    expect(currentGroup(undefined, groupsWith({}))).toBe('new')
  })
})

describe('the columns of the last runs', () => {
  const run = (id: number, counts: RunGroups | null) =>
    ({
      id,
      mode: 'full',
      trigger: 'api',
      state: 'completed',
      groups: counts,
      dry_run: false,
    }) as Run

  it('stand oldest first, are as high as their items, and never too low to be hit', () => {
    const runs = [run(3, groupsWith({ there: 1 })), run(2, null), run(1, groupsWith({ new: 100 }))]
    expect(columnsOf(runs, 96).map(({ height }) => height)).toEqual([96, 0, 8])
  })

  it('are read out with what became of the items', () => {
    const [column] = columnsOf([run(1, groupsWith({ new: 2, needs_person: 1 }))], 96)
    expect(column?.name).toContain('Full sync')
    expect(column?.name).toContain('Done. New: 2 and Needs you: 1')
  })
})

describe('a list that could not be read', () => {
  const past = (item_count: number, outcome: string, message: string) =>
    shownPast({ ...list(1), description: '', outcome, message, item_count }, undefined)

  it('says why, and what is used instead', () => {
    const blocked = past(88, 'blocked', 'the source refused us')
    expect(troubleSentence(blocked, { lastRead: '2026-11-19T12:00:00Z' })).toBe(
      'The source refused us. Its 88 titles of Nov 19 are used.',
    )
    expect(troubleSentence(past(0, 'private', 'it is private'))).toBe(
      'It is private. Nothing of it takes part.',
    )
  })

  it('says nothing of what is used before that is known', () => {
    const early = past(0, 'private', 'it is private')
    expect(troubleSentence(early, { isSettled: false })).toBe('It is private.')
  })

  it('is none when it was read', () => {
    expect(troubleSentence(past(88, 'ok', ''))).toBe('')
  })
})

describe('the next times', () => {
  const schedule = {
    cron: '',
    interval_hours: 6,
    next_sync: '2026-11-22T18:00:00.000Z',
    paused: false,
  } as Schedule

  it('follow the interval, or the schedule', () => {
    expect(nextTimes(schedule, [], 2)).toEqual([
      '2026-11-22T18:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
    ])
    expect(nextTimes({ ...schedule, cron: '0 4 * * *' }, ['a', 'b', 'c'], 2)).toEqual(['a', 'b'])
  })

  it('are none while paused', () => {
    expect(nextTimes({ ...schedule, paused: true }, [])).toEqual([])
  })
})

describe('taking back', () => {
  it('names the first titles and counts the rest', () => {
    const items = ['Heat', 'Alien', 'Up', 'Big'].map((title) => ({ title, year: 1990 }))
    expect(namesOf(items, 7)).toBe('Heat (1990), Alien (1990), Up (1990), and 4 more')
    expect(namesOf(items.slice(0, 1), 1)).toBe('Heat (1990)')
  })

  it('says each answer once, the most frequent first', () => {
    const approved = { outcome: 'not_pending', message: 'it is approved already' }
    expect(outcomesOf([{ outcome: 'withdrawn', message: '' }, approved, approved])).toEqual([
      { why: 'it is approved already', n: 2 },
      { why: 'withdrawn', n: 1 },
    ])
  })
})

describe('the filters of the history', () => {
  it('leave out what is not chosen', () => {
    expect(runsQuery({ mode: '', state: '', dry: '', list: '' })).toEqual({ limit: 25 })
    expect(runsQuery({ mode: 'full', state: 'failed', dry: 'false', list: '3' })).toEqual({
      limit: 25,
      mode: 'full',
      state: 'failed',
      dry_run: false,
      list: 3,
    })
  })
})
