import { describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'admin' })

describe('a list', () => {
  it('is added by pasting its address, looked at first, and synced', async () => {
    const page = await world.open('/lists/add')
    const field = page.getByLabel('Address or id of a list')
    await field.fill('https://www.imdb.com/list/ls000000001/')
    await page.getByText('are new to').first().waitFor()
    expect(await world.simulator.requests()).toHaveLength(0)

    await page.getByRole('button', { name: 'Add and sync' }).click()
    await page.getByRole('link', { name: 'See the list' }).click()
    await page.getByRole('heading', { level: 1, name: 'Watch next' }).waitFor()
    await expect
      .poll(async () => (await world.simulator.requests()).length, { timeout: 20_000 })
      .toBeGreaterThan(40)
  })

  it('that is there already leads to itself', async () => {
    const page = await world.open('/lists/add')
    await page.getByLabel('Address or id of a list').fill('https://www.imdb.com/list/ls000000001/')
    await page.getByText('is among your lists already').waitFor()
    await page.getByRole('link', { name: 'Open the list' }).click()
    await page.getByRole('heading', { level: 1, name: 'Watch next' }).waitFor()
  })

  it('that cannot be read says why, and what to do instead', async () => {
    const page = await world.open('/lists/add')
    await page
      .getByLabel('Address or id of a list')
      .fill('https://letterboxd.com/blocked/watchlist/')
    await page.getByText('This list could not be read').waitFor()
    await page.getByText(/puzzle that only people can solve/).waitFor()
  })

  it('is removed without a question, and brought back by one press', async () => {
    const page = await world.open('/lists')
    await page.getByRole('button', { name: 'More for Watch next' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByText('Watch next is removed').waitFor()
    await page.getByText('No lists yet').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'Watch next', exact: true }).waitFor()
  })

  it('is shown as soon as another adds it', async () => {
    const page = await world.open('/lists')
    await world.daemon.call('POST', '/api/lists', { list_id: 'stevenlu:movies.json' })
    await page.getByRole('link', { name: 'Popular films' }).waitFor()
  })
})
