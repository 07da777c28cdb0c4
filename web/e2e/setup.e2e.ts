import { describe, expect, it } from 'vitest'
import { screenshot } from './support/artifacts'
import { axeFindings, overflow } from './support/checks'
import { ADMIN, SEERR_KEY } from './support/daemon'
import { sizes, useWorld, type Look } from './support/world'
import type { Page } from 'playwright-core'

const world = useWorld({ content: 'new' })
const signedOut = { signedIn: false }

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name }).waitFor()

const scrolls = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight)

/** A screen of the setup in each look: it fits without scrolling on a desktop, and axe is content. */
async function looksWell(page: Page, name: string) {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      await world.settled(page)
      expect(await overflow(page), `${name} on a ${size}`).toBe(0)
      if (size === 'desktop') expect(await scrolls(page), `${name} scrolls`).toBe(false)
      expect(await axeFindings(page)).toEqual([])
      await screenshot(page, `setup-${name}-${size}-${theme}`)
    }
    await page.setViewportSize(sizes.desktop)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

async function signIn(page: Page) {
  await page.getByLabel('Name').fill(ADMIN.username)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
}

/** Each test goes on where the one before it ended, as a person does. */
describe('setting up', () => {
  it('is where every address leads at first', async () => {
    const page = await world.open('/lists', signedOut)
    expect(world.at(page)).toBe('/setup/account')
  })

  it('says what is wrong with the account before and after asking', async () => {
    world.expectError(/status of 403/)
    const page = await world.open('/setup', signedOut)
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('A name is missing.').waitFor()
    await page.getByText('10 characters more are needed.').waitFor()
    await page.getByLabel('Name').fill(ADMIN.username)
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await page.getByLabel('Token').fill('a guess')
    await page.keyboard.press('Enter')
    await page.getByText('That is not the token that the log shows').waitFor()
  })

  it('makes the account with the address of the log, and signs in', async () => {
    const token = await world.daemon.setupToken()
    const page = await world.open(`/setup?token=${token}`, signedOut)
    await page.getByText('The token came with the link.').waitFor()
    await looksWell(page, 'account')
    await page.getByLabel('Name').fill(ADMIN.username)
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Connect Seerr')
    expect(world.at(page)).toBe('/setup/seerr')
    expect(page.url()).not.toContain(token)
  })

  it('asks who comes later to sign in first', async () => {
    const page = await world.open('/setup', signedOut)
    await heading(page, 'Sign in')
    await signIn(page)
    await heading(page, 'Connect Seerr')
  })

  it('tries Seerr while typing pauses, and says what is wrong', async () => {
    const page = await world.open('/setup/preview')
    expect(world.at(page)).toBe('/setup/seerr')
    const goOn = page.getByRole('button', { name: 'Continue' })
    await page.getByLabel('Address').fill(world.simulator.url.replace('http://', ''))
    await page.getByLabel('API key', { exact: true }).fill('wrong')
    await page.getByText('Seerr does not accept the API key; the right one is in Seerr').waitFor()
    await looksWell(page, 'seerr-refused')
    expect(await goOn.isDisabled()).toBe(true)

    await page.getByLabel('API key', { exact: true }).fill(SEERR_KEY)
    await page.getByText(/^Seerr .* answers\.$/).waitFor()
    await page.getByText('The key belongs to admin.').waitFor()
    await page.getByRole('option', { name: 'friend' }).waitFor({ state: 'attached' })
    await looksWell(page, 'seerr')
    await goOn.click()
    await heading(page, 'What shall be watched for?')
  })

  it('finds what was stored after a reload, and one step back', async () => {
    const page = await world.open('/setup')
    expect(world.at(page)).toBe('/setup/lists')
    await looksWell(page, 'lists')
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByText('The key belongs to admin.').waitFor()
    expect(await page.getByLabel('Address').inputValue()).toBe(world.simulator.url)
    expect(await page.getByLabel('API key', { exact: true }).inputValue()).toBe('')
  })

  it('recognises a list, shows it, and previews what would be requested', async () => {
    const page = await world.open('/setup')
    await page.getByLabel(/Address or id/).fill('https://letterboxd.com/demo/watchlist/')
    await page.getByText(/12 films/).waitFor()
    await looksWell(page, 'list')
    await page.getByRole('button', { name: 'Add and preview' }).click()
    await heading(page, /titles would be requested$/)
    await looksWell(page, 'preview')
    expect(await world.simulator.requests()).toEqual([])

    const address = world.at(page)
    expect(address).toMatch(/^\/setup\/preview\?runs=\d+$/)
    await page.reload()
    await heading(page, /titles would be requested$/)
    expect(world.at(page)).toBe(address)
  })

  it('imports what somebody had before', async () => {
    const page = await world.open('/setup/lists')
    await page.getByText(/1 list is here already/).waitFor()
    await page.getByRole('button', { name: 'Import what I had' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('imdb:ls000000001\nstevenlu')
    await dialog.getByRole('button', { name: 'Import 2 lists' }).click()
    await page.getByText(/3 lists are here already/).waitFor()
    await page.getByRole('button', { name: 'See the preview' }).click()
    await heading(page, /titles would be requested$/)
  })

  it('requests what was approved, and no more', async () => {
    const page = await world.open('/setup/lists')
    await page.getByRole('button', { name: 'See the preview' }).click()
    const title = page.getByRole('heading', { level: 1, name: /titles would be requested$/ })
    const planned = parseInt(await title.innerText(), 10)
    await page.getByRole('button', { name: 'Approve and run' }).click()
    await page.waitForURL(/\/history\/\d+/)
    const run = Number(/\d+$/.exec(new URL(page.url()).pathname)?.[0])
    await world.daemon.runEnd(run)
    expect(await world.simulator.requests()).toHaveLength(planned)
  })

  it('is over after that', async () => {
    const look: Look = { size: 'phone' }
    const page = await world.open('/setup', look)
    expect(world.at(page)).toBe('/')
  })
})
