import { describe, expect, it } from 'vitest'
import type { RunGroups } from '@/api/types'
import { partsInWords, partsOf, shares } from '@/charts/parts'

const groupsWith = (some: Partial<RunGroups>): RunGroups => ({
  new: 0,
  there: 0,
  asked_before: 0,
  needs_person: 0,
  failed: 0,
  not_asked: 0,
  ...some,
})

const sum = (numbers: number[]) => numbers.reduce((all, number) => all + number, 0)

describe('the parts of a bar', () => {
  it('are as long as their counts', () => {
    expect(shares([1, 3], 100, 1)).toEqual([25, 75])
  })

  it('are never too short to be seen, and still fill the bar exactly', () => {
    const sizes = shares([9990, 7, 3], 100, 2)
    expect(sizes.slice(1)).toEqual([2, 2])
    expect(sum(sizes)).toBeCloseTo(100)
  })

  it('lift a part that is too short only because others were lifted', () => {
    const sizes = shares([94, 2, 2, 2.02], 100, 2.02)
    expect(Math.min(...sizes)).toBeCloseTo(2.02)
    expect(sum(sizes)).toBeCloseTo(100)
  })

  it('share a bar that is too short for all of them', () => {
    expect(shares([100, 1, 1], 6, 3)).toEqual([2, 2, 2])
  })

  it('leave out groups without items and follow one another', () => {
    const parts = partsOf(groupsWith({ new: 1, needs_person: 1, failed: 2 }), 100, 1)
    expect(parts.map(({ group, start, size }) => [group, start, size])).toEqual([
      ['new', 0, 25],
      ['needs_person', 25, 25],
      ['failed', 50, 50],
    ])
  })

  it('show the one item in ten thousand that needs a person', () => {
    const parts = partsOf(groupsWith({ there: 10_000, needs_person: 1 }), 100, 1.6)
    expect(parts.at(-1)).toMatchObject({ group: 'needs_person', tone: 'needs', size: 1.6 })
  })

  it('are none before a run has ended', () => {
    expect(partsOf(null, 100, 1)).toEqual([])
  })

  it('say of what each number is, of a plan too', () => {
    const counts = groupsWith({ new: 7, there: 1790 })
    expect(partsInWords(partsOf(counts, 100, 1))).toBe('New: 7 and Already there: 1,790')
    expect(partsInWords(partsOf(counts, 100, 1, true))).toContain('Would be requested: 7')
  })
})
