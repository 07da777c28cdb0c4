import { beforeAll, describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'admin' })
const FORGOTTEN = 'The Film That Nobody Remembers'

describe('an item', () => {
  beforeAll(async () => {
    await world.daemon.call('POST', '/api/lists', { list_id: 'mdblist:demo/best-of-the-year' })
    await world.daemon.sync()
    await world.daemon.sync({
      custom_list: [{ title: FORGOTTEN, year: 1987, media_type: 'movie' }],
    })
  })

  it('that nobody knows needs a person, who says which one it is', async () => {
    const page = await world.open('/')
    await page.getByRole('link', { name: 'Match', exact: true }).click()
    await page.getByRole('link', { name: new RegExp(FORGOTTEN) }).click()
    await page.getByRole('heading', { level: 1, name: new RegExp(FORGOTTEN) }).waitFor()

    await page.getByRole('button', { name: 'Match by hand' }).click()
    await page
      .getByLabel(/Title, TMDB number, or an address/)
      .fill('https://www.themoviedb.org/movie/949-heat')
    await page.getByText('Heat (1995)').first().waitFor()
    await page.getByRole('button', { name: 'Match and request' }).click()
    await expect
      .poll(async () => (await world.simulator.requests()).map((request) => request['tmdb']))
      .toContain(949)
    await page.getByText('Requested').first().waitFor()
  })

  it('tells why it was requested, and by which lists', async () => {
    const page = await world.open('/items?search=scream+queens')
    await page
      .getByRole('link', { name: /Scream Queens/ })
      .first()
      .click()
    await page.getByRole('heading', { name: 'Why it is here' }).waitFor()
    await page.getByRole('link', { name: 'best-of-the-year' }).first().waitFor()
    await page.getByText(/gives TMDB 8256/).waitFor()
  })

  it('is ignored by one press, and no more by another', async () => {
    const page = await world.open('/items?search=scream+queens')
    await page
      .getByRole('link', { name: /Scream Queens/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Ignore' }).click()
    await page.getByRole('button', { name: 'Allow again' }).waitFor()
    const ignored = async () => {
      const { total } = await world.daemon.call('GET', '/api/items?ignored=true')
      return total
    }
    expect(await ignored()).toBe(1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Ignore' }).waitFor()
    expect(await ignored()).toBe(0)
  })

  it('is found as one types, and the search is in the address', async () => {
    const page = await world.open('/items')
    await page.getByRole('searchbox').fill('queens')
    await page.waitForURL(/search=queens/)
    await page
      .getByRole('link', { name: /Scream Queens/ })
      .first()
      .waitFor()
    await page.reload()
    await world.settled(page)
    expect(await page.getByRole('searchbox').inputValue()).toBe('queens')
  })

  it('that there is not is said so', async () => {
    world.expectError(/status of 404/)
    const page = await world.open('/items/999999')
    await page.getByRole('heading', { name: 'There is no such item' }).waitFor()
  })
})
