import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import type { Run, RunGroups, Schedule } from '@/api/types'
import { columnsOf } from '@/charts/columns'
import { currentGroup, groupTabs, planSentence } from '@/pages/history/groups'
import { isOld } from '@/pages/history/plan'
import { isBeside, runsQuery } from '@/pages/history/queries'
import { countTicked, everything, isTicked, nothing, orderOf, toggle } from '@/pages/history/ticks'
import RunRow from '@/pages/history/RunRow.vue'
import { namesOf, outcomesOf } from '@/pages/history/undo'
import { bodyOf, chosenOf, queryOf, toggled } from '@/pages/sync/choice'
import { shownPast, troubleSentence } from '@/pages/sync/lists'
import { nextTimes } from '@/pages/sync/schedule'

const none = { new: 0, there: 0, asked_before: 0, needs_person: 0, failed: 0, not_asked: 0 }
const groupsWith = (some: Partial<RunGroups>): RunGroups => ({ ...none, ...some })

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
    const ticks = toggle(toggle(toggle(everything(), 2), 4), 4)
    expect(isTicked(ticks, 2)).toBe(false)
    expect(countTicked(ticks, 4)).toBe(3)
    expect(await orderOf(plan, ticks, asked)).toEqual({ plan_of: 12, except: [2] })
    expect(asked).not.toHaveBeenCalled()
  })

  it('leave out all but what was ticked after all were unticked', async () => {
    const ticks = toggle(nothing(), 3)
    expect(countTicked(ticks, 4)).toBe(1)
    expect(await orderOf(plan, ticks, ids)).toEqual({ plan_of: 12, except: [1, 2, 4] })
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
    shownPast(
      { id: 1, list_type: 'imdb', list_id: 'top', description: '', outcome, message, item_count },
      undefined,
    )

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

  it('says why the others stay, the most frequent answer first', () => {
    const approved = { outcome: 'not_pending', message: 'it is approved already' }
    const gone = { outcome: 'gone', message: '' }
    expect(outcomesOf([gone, approved, approved])).toEqual([
      { why: 'it is approved already', n: 2 },
      { why: 'gone', n: 1 },
    ])
    expect(outcomesOf([{ outcome: 'withdrawn', message: '' }])).toEqual([])
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

describe('plans of one order', () => {
  const run = (id: number, quality: Run['quality'], queued_at: string | null) =>
    ({ id, quality, queued_at, dry_run: true }) as Run
  const at = '2026-11-22T09:00:00Z'

  it('are the one in HD and the next in 4K', () => {
    expect(isBeside(run(3, 'hd', at), run(4, '4k', at))).toBe(true)
    expect(isBeside(run(4, '4k', at), run(3, 'hd', at))).toBe(true)
  })

  it('are not those of another order, even of the same second', () => {
    expect(isBeside(run(3, 'hd', at), run(2, '4k', at))).toBe(false)
    expect(isBeside(run(3, 'hd', at), run(4, 'hd', at))).toBe(false)
    expect(isBeside(run(3, 'hd', at), run(4, '4k', '2026-11-22T09:00:01Z'))).toBe(false)
    expect(isBeside(run(3, 'hd', null), run(4, '4k', null))).toBe(false)
  })
})

describe('the row of a run', () => {
  const row = (of: Partial<Run>) => {
    const run = {
      id: 1,
      mode: 'full',
      dry_run: false,
      trigger: 'manual',
      quality: 'hd',
      completed_at: '2026-11-22T09:00:00Z',
      groups: groupsWith({ new: 13, there: 4 }),
      ...of,
    } as Run
    return mount(RunRow, { props: { run }, global: { stubs: { RouterLink: true } } }).text()
  }

  it('says why it failed, whatever it had requested before', () => {
    const text = row({ state: 'failed', message: 'the key is not valid' })
    expect(text).toContain('13 new requests')
    expect(text).toContain('The key is not valid.')
  })

  it('tells one that was cut off from one that somebody stopped', () => {
    const cut = row({ state: 'cancelled', message: 'cut off: the program ended suddenly' })
    expect(cut).toContain('Cut off: the program ended suddenly.')
    expect(cut).not.toContain('Stopped')
    const stopped = row({ state: 'cancelled', message: 'the sync was cancelled' })
    expect(stopped).toContain('Stopped')
    expect(stopped).not.toContain('was cancelled')
  })
})
