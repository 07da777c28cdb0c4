import { describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'filled', settings: { LISTSYNC_BASE_PATH: '/media/listsync' } })

describe('below a base path', () => {
  it('every page is reached, reloaded, and gone back to', async () => {
    expect(world.daemon.url).toMatch(/\/media\/listsync$/)
    const page = await world.open('/')
    await page.getByRole('link', { name: 'Lists', exact: true }).click()
    await page.getByRole('link', { name: 'Watch next' }).click()
    await page.getByRole('heading', { level: 1, name: 'Watch next' }).waitFor()
    const at = world.at(page)
    expect(at).toMatch(/^\/lists\/\d+/)
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Watch next' }).waitFor()
    expect(world.at(page)).toBe(at)
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Lists' }).waitFor()
  })

  it('what happens is told', async () => {
    const page = await world.open('/lists')
    await world.daemon.call('PUT', '/api/lists/3', { description: 'For the weekend' })
    await page.getByRole('link', { name: 'For the weekend' }).waitFor()
  })

  it('posters are shown', async () => {
    const page = await world.open('/')
    const poster = page.locator('img[src*="/api/posters/"]').first()
    await poster.waitFor()
    const width = await poster.evaluate((image) => (image as HTMLImageElement).naturalWidth)
    expect(width).toBeGreaterThan(0)
  })
})
