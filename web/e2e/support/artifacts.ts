/** Where screenshots go: LISTSYNC_ARTIFACTS, or web/artifacts. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const folder =
  process.env['LISTSYNC_ARTIFACTS'] ?? fileURLToPath(new URL('../../artifacts', import.meta.url))

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name.replace(/[^\w-]+/g, '-')}.png`) })
}
