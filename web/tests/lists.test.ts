import { describe, expect, it } from 'vitest'
import { inverse, wishOf } from '@/pages/lists/listDeeds'
import { arrange, isUnread, orderOf, sortAfterPress } from '@/pages/lists/listRows'
import { list } from './support/lists'

const lists = [
  list(1, { display_name: 'Top 250', priority: 200 }),
  list(2, { display_name: 'watchlist', list_type: 'trakt', status: 'auth_failed' }),
  list(3, { display_name: 'Weekend', auto_sync: false, status: 'unchanged' }),
  list(4, { display_name: 'favourites', list_type: 'letterboxd', status: 'partial' }),
]
const everything = { search: '', source: '', state: '', sort: '' }
const idsOf = (wish: Partial<typeof everything>) =>
  arrange(lists, { ...everything, ...wish }).map((found) => found.id)

describe('the lists that are shown', () => {
  it('are all of them, in the order in which they are synced, when nothing is wished', () => {
    expect(idsOf({})).toEqual([2, 3, 4, 1])
  })

  it.each([
    [{ search: 'W' }, [2, 3]],
    [{ search: 'trakt watch' }, [2]],
    [{ source: 'imdb' }, [3, 1]],
    [{ state: 'trouble' }, [2, 4]],
    [{ state: 'off' }, [3]],
    [{ state: 'on', source: 'imdb' }, [1]],
    [{ state: 'nonsense', sort: 'nonsense' }, [2, 3, 4, 1]],
  ])('match %o', (wish, ids) => {
    expect(idsOf(wish)).toEqual(ids)
  })

  it.each([
    ['name', [4, 1, 2, 3]],
    ['-name', [3, 2, 1, 4]],
    ['size', [1, 2, 3, 4]],
    ['read', [1, 2, 3, 4]],
  ])('are sorted by %s', (sort, ids) => {
    expect(idsOf({ sort })).toEqual(ids)
  })

  it('go one way, the other, and back to how they are synced when a head is pressed', () => {
    const presses = (order: 'name' | 'size') => {
      const one = sortAfterPress('priority', order)
      const two = sortAfterPress(one, order)
      return [one, two, sortAfterPress(two, order)]
    }
    expect(presses('name')).toEqual(['name', '-name', 'priority'])
    expect(presses('size')).toEqual(['-size', 'size', 'priority'])
  })

  it('say in which direction they are sorted', () => {
    expect(orderOf('-size')).toEqual({ order: 'size', reversed: true })
  })
})

describe('a list in trouble', () => {
  it.each([
    ['ok', false],
    ['unchanged', false],
    ['empty', false],
    ['', false],
    ['cancelled', false],
    ['unsupported', false],
    ['partial', true],
    ['rate_limited', true],
    ['blocked', true],
  ])('%s: %s', (status, unread) => {
    expect(isUnread(list(1, { status }))).toBe(unread)
  })
})

describe('taking back', () => {
  it('restores of each list what the change named, and no more', () => {
    const before = list(1, { user_id: '3', schedule: 'every 6h' })
    expect(inverse(before, { user_id: '2' })).toEqual({ user_id: '3' })
  })

  it('adds a removed list again with everything that was chosen for it', () => {
    const removed = list(7, { description: 'Weekend', item_limit: 20, auto_sync: false })
    expect(wishOf(removed)).toEqual({
      list_type: 'imdb',
      list_id: 'ls7',
      description: 'Weekend',
      auto_sync: false,
      priority: 100,
      item_limit: 20,
      user_id: '0',
      quality: 'default',
      seasons: 'all',
      schedule: '',
    })
  })
})
