import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { screenshot } from './support/artifacts'
import { axeFindings, overflow } from './support/checks'
import { ADMIN } from './support/daemon'
import { FORMER_KEY, writeFormer } from './support/former'
import { sizes, useWorld, type World } from './support/world'
import type { Page } from 'playwright-core'

async function makeAccount(world: World): Promise<Page> {
  const token = await world.daemon.setupToken()
  const page = await world.open(`/setup?token=${token}`, { signedIn: false })
  await page.getByLabel('Name').fill(ADMIN.username)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  return page
}

async function looksWell(world: World, page: Page, name: string) {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      await world.settled(page)
      expect(await overflow(page), `${name} on a ${size}`).toBe(0)
      expect(await axeFindings(page)).toEqual([])
      await screenshot(page, `moving-${name}-${size}-${theme}`)
    }
  }
  await page.setViewportSize(sizes.desktop)
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Each test goes on where the one before it ended. */
describe('moving in with a browser alone', () => {
  const world = useWorld({ content: 'new' })
  let database = ''

  it('is offered beside the connection to Seerr', async () => {
    database = await writeFormer(join(world.daemon.dataFolder, 'elsewhere'))
    const page = await makeAccount(world)
    await page.getByRole('heading', { level: 1, name: 'Connect Seerr' }).waitFor()
    await looksWell(world, page, 'offer')
  })

  it('shows what would be taken over, with and without the key', async () => {
    const page = await world.open('/setup')
    await page.getByRole('button', { name: 'Bring your data here' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles(database)
    await dialog.getByText(/OVERSEERR_API_KEY is not taken over/).waitFor()
    await dialog.getByLabel('Key of its secrets').fill(FORMER_KEY)
    await dialog.getByText('OVERSEERR_API_KEY is taken over.').waitFor()
    await looksWell(world, page, 'look')
    await page.keyboard.press('Escape')
    const { lists } = await world.daemon.call('GET', '/api/lists')
    expect(lists).toEqual([])
  })

  it('says why a file is not taken', async () => {
    world.expectError(/status of 422/)
    const page = await world.open('/setup')
    await page.getByRole('button', { name: 'Bring your data here' }).click()
    const dialog = page.getByRole('dialog')
    const file = { name: 'broken.db', mimeType: 'application/octet-stream' }
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ ...file, buffer: Buffer.from('SQLite format 3, but no more') })
    await dialog.getByText(/The database that was sent is no database/).waitFor()
    expect(await dialog.getByRole('button', { name: 'Take over' }).isDisabled()).toBe(true)
  })

  it('goes on to the lists once it is done', async () => {
    const page = await world.open('/setup')
    await page.getByRole('button', { name: 'Bring your data here' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles(database)
    await dialog.getByLabel('Key of its secrets').fill(FORMER_KEY)
    await dialog.getByText('OVERSEERR_API_KEY is taken over.').waitFor()
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await page.getByText(/2 lists are here already/).waitFor()
    expect(world.at(page)).toBe('/setup/lists')
    const { total } = await world.daemon.call('GET', '/api/items')
    expect(total).toBe(2)
  })

  it('can be done again among the settings, and finds all there', async () => {
    const page = await world.open('/settings/backup')
    await page.getByRole('button', { name: 'Bring your data here' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles(database)
    await dialog.getByText('There is nothing new in it.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Take over' }).isDisabled()).toBe(true)
  })
})

describe('the volume of the original', () => {
  const lay = async (folder: string) => void (await writeFormer(folder))
  const world = useWorld({ content: 'new', lay })

  it('is moved in at the start, and the setup says so', async () => {
    const page = await makeAccount(world)
    await page.getByText(/Your earlier ListSync has moved in: 2 lists, 2 titles/).waitFor()
    await looksWell(world, page, 'moved')
    await page.getByRole('button', { name: 'See everything' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('OVERSEERR_API_KEY is taken over.').waitFor()
    await looksWell(world, page, 'lines')
  })
})
