import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { screenshot } from './support/artifacts'
import { axeFindings, cutWords, overflow } from './support/checks'
import { sizes, useWorld, type Size, type Theme } from './support/world'

const world = useWorld({ content: 'filled' })

/** The name of each page's pictures, and where it is. */
const pages: Record<string, string> = {
  dashboard: '/',
  lists: '/lists',
  'add-list': '/lists/add',
  'list-items': '/lists/1/items',
  'list-history': '/lists/1/history',
  'list-settings': '/lists/1/settings',
  items: '/items',
  item: '/items/1',
  sync: '/sync',
  history: '/history',
  run: '/history/1',
  plan: '/history/2',
  logs: '/logs',
  settings: '/settings',
  sources: '/settings/sources',
  schedule: '/settings/schedule',
  notifications: '/settings/notifications',
  backup: '/settings/backup',
  about: '/settings/about',
  'not-found': '/no/such/page',
}

const NARROWEST = 360

const themes: Theme[] = ['light', 'dark']

/** In both themes: the page follows the system's while it is open. */
async function holds(page: Page, name: string, size: Size) {
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    await world.settled(page)
    expect(await overflow(page), `wider than the window, ${theme}`).toBe(0)
    expect(await axeFindings(page), theme).toEqual([])
    await screenshot(page, `${name}-${size}-${theme}`)
  }
}

/** Its address is enough: loaded anew, in the dark, it is the same page. */
async function survivesReload(page: Page) {
  const address = world.at(page)
  const title = await page.title()
  const heading = page.locator('h1').first()
  const words = await heading.innerText()

  await page.reload()
  await world.settled(page)
  expect(world.at(page)).toBe(address)
  expect(await page.title()).toBe(title)
  expect(await heading.innerText()).toBe(words)
}

describe('on a desktop', () => {
  it.each(Object.entries(pages))('%s is as it should be', async (name, path) => {
    const page = await world.open(path, { size: 'desktop' })
    await holds(page, name, 'desktop')
    await survivesReload(page)
  })
})

describe('on a phone', () => {
  it.each(Object.entries(pages))('%s is as it should be', async (name, path) => {
    const page = await world.open(path, { size: 'phone' })
    await holds(page, name, 'phone')
    await page.setViewportSize({ width: NARROWEST, height: 740 })
    expect(await overflow(page), `at ${NARROWEST} pixels`).toBe(0)
  })

  it('the log cuts no word that fits into a line', async () => {
    const page = await world.open('/logs', { size: 'phone' })
    expect(await cutWords(page.getByRole('log'))).toEqual([])
  })
})

it.each(Object.keys(sizes) as Size[])('the login is as it should be on a %s', async (size) => {
  const page = await world.open('/login', { size, signedIn: false })
  await holds(page, 'login', size)
})
