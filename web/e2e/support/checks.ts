/** What holds on every page: it fits, and axe finds nothing. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Locator, Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Each violation of WCAG 2.2 AA (and of good practice) as a line: the rule, and where. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
      resultTypes: ['violations'],
    }),
  )
  return results.violations.map((violation) => {
    const places = violation.nodes.map((node) => node.target.join(' ')).slice(0, 5)
    return `${violation.id} (${violation.help}): ${places.join(' | ')}`
  })
}

/** By how many pixels the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth))

/** Words that stand on two lines although they fit into one. */
export const cutWords = (within: Locator): Promise<string[]> =>
  within.evaluate((box) => {
    const cut: string[] = []
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      for (const { 0: word, index } of (node.textContent ?? '').matchAll(/\w+/g)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        const parts = [...range.getClientRects()]
        const width = parts.reduce((sum, part) => sum + part.width, 0)
        if (new Set(parts.map(({ top }) => top)).size > 1 && width < box.clientWidth) cut.push(word)
      }
    }
    return cut
  })
