import { describe, expect, it } from 'vitest'
import { ADMIN } from './support/daemon'
import { useWorld } from './support/world'
import type { Page } from 'playwright-core'

const world = useWorld({ content: 'admin' })
const signedOut = { signedIn: false }

async function signIn(page: Page, password: string, name = ADMIN.username) {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

async function signOut(page: Page) {
  // What the page asks for just then comes too late.
  world.expectError(/status of 401/)
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.name)

describe('the login', () => {
  it('stands before every page, and leads on to it', async () => {
    const page = await world.open('/history?state=failed', signedOut)
    expect(world.at(page)).toBe('/login?next=/history?state=failed')
    expect(await focused(page)).toBe('username')
    await signIn(page, ADMIN.password)
    await page.getByRole('heading', { name: 'History' }).waitFor()
    expect(world.at(page)).toBe('/history?state=failed')
  })

  it('says that something is wrong, and not what', async () => {
    world.expectError(/status of 401/)
    const page = await world.open('/login', signedOut)
    await signIn(page, 'not the password')
    await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor()
    expect(world.at(page)).toBe('/login')
  })

  it('says what is missing', async () => {
    const page = await world.open('/login', signedOut)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The password is missing.').waitFor()
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
  })

  it.each(['//elsewhere.example', 'https://elsewhere.example/', '/\\elsewhere.example'])(
    'does not lead to %s',
    async (next) => {
      const page = await world.open(`/login?next=${encodeURIComponent(next)}`, signedOut)
      await signIn(page, ADMIN.password)
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor()
      expect(world.at(page)).toBe('/')
    },
  )

  it('is not shown to who is signed in', async () => {
    const page = await world.open('/login?next=/lists')
    expect(world.at(page)).toBe('/lists')
  })

  it('is back after signing out, also for the back button', async () => {
    const page = await world.open('/lists', signedOut)
    await signIn(page, ADMIN.password)
    await signOut(page)
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
  it('lets nobody see what another account read on the same tab', async () => {
    const bea = { username: 'bea', password: 'another long password', role: 'admin' }
    await world.daemon.call('POST', '/api/users', bea)
    const page = await world.open('/settings/account', signedOut)
    await signIn(page, ADMIN.password)
    await page.getByText('this one').waitFor()
    await signOut(page)
    // The answer never comes: what stands there then is what was known before.
    await page.route('**/api/auth/sessions', () => {})
    await signIn(page, bea.password, bea.username)
    await page.getByRole('link', { name: bea.username }).click()
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor()
    expect(await page.getByText('this one').count()).toBe(0)
    await page.unroute('**/api/auth/sessions')
  })
})
