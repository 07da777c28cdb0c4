import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'filled' })

const focusedName = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
  })

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name }).waitFor()

describe('by keyboard alone', () => {
  it('one goes from page to page', async () => {
    const page = await world.open('/')
    for (const [key, name] of [
      ['l', 'Lists'],
      ['i', 'Items'],
      ['s', 'Sync'],
      ['h', 'History'],
      ['d', 'Dashboard'],
    ] as const) {
      await page.keyboard.press(key)
      await heading(page, name)
    }
  })

  it('one learns the keys', async () => {
    const page = await world.open('/')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('one does what the palette offers', async () => {
    const page = await world.open('/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('watch next')
    await page.getByRole('option', { name: /Watch next/ }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'Watch next')
  })

  it('one skips the menu', async () => {
    const page = await world.open('/lists')
    await page.keyboard.press('Tab')
    expect(await focusedName(page)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
  })

  it('one searches, and letters typed there are letters', async () => {
    const page = await world.open('/items')
    await page.keyboard.press('/')
    await page.keyboard.type('heat')
    expect(await page.getByRole('searchbox').inputValue()).toBe('heat')
    await page.waitForURL(/search=heat/)
  })

  it('one goes over the wall of posters by arrows, and opens one', async () => {
    const page = await world.open('/items')
    await page.locator('main a[href*="items/"]').first().focus()
    const first = await focusedName(page)
    await page.keyboard.press('ArrowRight')
    expect(await focusedName(page)).not.toBe(first)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Why it is here' }).waitFor()
  })

  it('one opens a menu, leaves it, and is where one was', async () => {
    const page = await world.open('/lists')
    const button = page.getByRole('button', { name: 'More for Watch next' })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    expect(await focusedName(page)).toBe('More for Watch next')
  })

  it('one leaves a dialog by its cross, and is where one was', async () => {
    const page = await world.open('/lists')
    await page.locator('a[data-row]').first().focus()
    const before = await focusedName(page)
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focusedName(page)).toBe(before)
  })

  it('one reads in the help what the keys of the page do', async () => {
    const page = await world.open('/items')
    await page.keyboard.press('?')
    await page.getByText('Posters or table').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('h')
    await page.getByRole('heading', { name: 'History' }).waitFor()
    await page.keyboard.press('?')
    await page.getByText('To the next row').waitFor()
    expect(await page.getByText('Posters or table').count()).toBe(0)
  })

  it('one goes over rows by arrows where there is no room for a table', async () => {
    const page = await world.open('/items?view=table')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('a[data-at="0"]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-at'))).toBe('2')
  })
})
