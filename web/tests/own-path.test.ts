import { describe, expect, it } from 'vitest'
import { ownPath } from '@/app/ownPath'

describe('where the login leads', () => {
  it.each(['/', '/lists/3/items?sort=year#top', '/loginless'])('keeps %s', (path) => {
    expect(ownPath(path)).toBe(path)
  })

  it.each([
    undefined,
    ['/lists', '/items'],
    '',
    'lists',
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '/login',
    '/login?next=/lists',
  ])('is the dashboard instead of %s', (path) => {
    expect(ownPath(path)).toBe('/')
  })
})
