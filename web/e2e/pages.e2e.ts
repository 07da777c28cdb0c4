import { describe, expect, it } from 'vitest'
import { screenshot } from './support/artifacts'
import { axeFindings, overflow } from './support/checks'
import { sizes, useWorld, type Look, type Size, type Theme } from './support/world'

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
  'not-found': '/no/such/page',
}

const NARROWEST = 360

const themes: Theme[] = ['light', 'dark']
const looks = (Object.keys(sizes) as Size[]).flatMap((size) =>
  themes.map((theme) => ({ size, theme })),
)

async function holds(path: string, name: string, look: Look) {
  const page = await world.open(path, look)
  expect(await overflow(page), 'wider than the window').toBe(0)
  expect(await axeFindings(page)).toEqual([])
  await screenshot(page, `${name}-${look.size}-${look.theme}`)
  return page
}

describe.each(looks)('on a $size in the $theme theme', (look) => {
  it.each(Object.entries(pages))('%s is as it should be', async (name, path) => {
    const page = await holds(path, name, look)
    const { title, heading } = { title: await page.title(), heading: page.locator('h1').first() }
    const words = await heading.innerText()
    const address = world.at(page)

    await page.reload()
    await world.settled(page)
    expect(world.at(page)).toBe(address)
    expect(await heading.innerText()).toBe(words)
    expect(await page.title()).toBe(title)

    if (look.size !== 'phone') return
    await page.setViewportSize({ width: NARROWEST, height: 740 })
    expect(await overflow(page), `at ${NARROWEST} pixels`).toBe(0)
  })

  it('the login is as it should be', async () => {
    await holds('/login', 'login', { ...look, signedIn: false })
  })
})
