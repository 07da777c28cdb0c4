import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'admin' })
const SECRET = 'mdb-9f31c0ffee-not-for-eyes'

describe('a secret', () => {
  it('goes in and never comes out', async () => {
    const page = await world.open('/settings/sources')
    const bodies: Promise<string>[] = []
    page.on('response', (response) => bodies.push(response.text().catch(() => '')))

    await page
      .getByLabel(/API key/)
      .first()
      .fill(SECRET)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
    await page.reload()
    await world.settled(page)

    expect((await Promise.all(bodies)).filter((body) => body.includes(SECRET))).toEqual([])
    expect(await page.content()).not.toContain(SECRET)
    const typed = await page
      .locator('input')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
    expect(typed).not.toContain(SECRET)
    const { providers } = await world.daemon.call('GET', '/api/providers')
    expect(JSON.stringify(providers)).toMatch(/"MDBLIST_API_KEY"[^}]*"is_set":true/)
  })

  it('is not in the diagnostics either, which are saved as a text', async () => {
    await world.daemon.call('PUT', '/api/settings', { settings: { MDBLIST_API_KEY: SECRET } })
    const page = await world.open('/settings/about')
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save diagnostics' }).click()
    const saved = await saving
    const report = await readFile(await saved.path(), 'utf8')

    expect(saved.suggestedFilename()).toMatch(/^listsync-diagnostics-\d{8}T\d{6}Z\.txt$/)
    expect(report).toMatch(/^ListSync diagnostics\n/)
    expect(report).toMatch(/MDBLIST_API_KEY +set {2}\(stored\)/)
    expect(report).not.toContain(SECRET)
  })
})

describe('the theme', () => {
  it('is kept, and there before anything is seen', async () => {
    const page = await world.open('/settings/appearance')
    await page.getByText('Dark', { exact: true }).click()
    await page.reload()
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme'])
    expect(await theme()).toBe('dark')
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(background).toBe('rgb(25, 23, 20)')
  })
})
