import { afterEach, describe, expect, it, vi } from 'vitest'
import { timeOfDay } from '@/text/dayTime'
import { fill, useText } from '@/text/text'
import { clock, clockIn, duration, relative, short } from '@/text/time'

describe('messages', () => {
  const text = useText('test', {
    hello: 'Hello {name}',
    count: { one: '{n} list', other: '{n} lists' },
  })

  it('are filled with values', () => {
    expect(text('hello', { name: 'Anna' })).toBe('Hello Anna')
  })

  it('choose the plural form by n and write numbers as people do', () => {
    expect(text('count', { n: 1 })).toBe('1 list')
    expect(text('count', { n: 1200 })).toBe('1,200 lists')
  })

  it('show which value is missing rather than nothing', () => {
    expect(fill('Hello {name}')).toBe('Hello {name}')
  })
})

describe('times', () => {
  const at = Date.parse('2026-11-22T12:00:00Z')
  const before = (seconds: number) => relative(at - seconds * 1000, at)

  it.each([
    [5, 'now'],
    [100, '2 minutes ago'],
    [3600, '1 hour ago'],
    [3 * 86400, '3 days ago'],
    [20 * 86400, '3 weeks ago'],
    [-7200, 'in 2 hours'],
  ])('%i seconds before are "%s"', (seconds, words) => {
    expect(before(seconds)).toBe(words)
  })

  it.each([
    [640, '0.6 sec'],
    [42_000, '42 sec'],
    [80_000, '1 min 20 sec'],
    [7_500_000, '2 hr 5 min'],
  ])('%i milliseconds last "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })
})

describe('a time of the day', () => {
  afterEach(() => vi.restoreAllMocks())
  const spaced = (words: string | null) => words?.replace(/\s/g, ' ')

  it.each([
    ['en-US', '6:05 AM'],
    ['en-GB', '06:05'],
  ])('is written alike everywhere for %s', (tag, words) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([tag])
    const moment = new Date(2026, 10, 22, 6, 5)
    expect(spaced(timeOfDay('06:05'))).toBe(words)
    expect(spaced(clock(moment))).toBe(words)
    expect(spaced(short(moment))).toContain(`, ${words}`)
    expect(spaced(clockIn('UTC', '2026-11-22T06:05:00Z'))).toBe(words)
  })
})
