/** When a page has come to rest: nothing is on its way from the server, and what came is shown. */
import type { Page, Request } from 'playwright-core'

const PATIENCE_MS = 20_000
const STREAMS = /\/api\/(ws|events|logs\/stream)/

/** Counts the requests that are under way. */
export class Traffic {
  private readonly open = new Set<Request>()
  private readonly waiting: (() => void)[] = []

  constructor(private readonly page: Page) {
    page.on('request', (request) => {
      if (!STREAMS.test(request.url())) this.open.add(request)
    })
    page.on('requestfinished', (request) => this.end(request))
    page.on('requestfailed', (request) => this.end(request))
  }

  private end(request: Request) {
    this.open.delete(request)
    if (this.open.size === 0) this.waiting.splice(0).forEach((wake) => wake())
  }

  private quiet(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(this.stuck())), PATIENCE_MS)
      this.waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  private stuck() {
    const urls = [...this.open].map((request) => request.url())
    return `${this.page.url()} still waits for ${urls.join(', ')}`
  }

  /** Three painted frames without a request: what an answer leads to has been asked for too. */
  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor()
    for (let calm = 0; calm < 3; calm++) {
      if (this.open.size > 0) {
        await this.quiet()
        calm = 0
      }
      await this.page.evaluate(() => new Promise((painted) => requestAnimationFrame(painted)))
    }
    await this.page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter((each) => each.effect?.getComputedTiming().iterations !== Infinity)
          .map((each) => each.finished),
      ),
    )
  }
}
