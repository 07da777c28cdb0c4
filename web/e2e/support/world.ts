/**
 * What a file of tests stands on: a simulator, a ListSync and a browser of its own.
 *
 *     const world = useWorld({ content: 'filled' })
 *
 *     it('opens a list', async () => {
 *       const page = await world.open('/lists', { size: 'phone', theme: 'dark' })
 *       await page.getByRole('link', { name: 'Top 250' }).click()
 *       await page.getByRole('heading', { name: 'Top 250' }).waitFor()
 *     })
 *
 * A test fails on every error in a page or its console that it has not said to expect.
 */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, type RunnerTask } from 'vitest'
import { screenshot } from './artifacts'
import {
  ADMIN,
  Daemon,
  makeFolder,
  removeFolder,
  SEERR_KEY,
  Simulator,
  type Settings,
} from './daemon'
import { fill } from './fill'
import { Traffic } from './settled'

export const sizes = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}
export type Size = keyof typeof sizes
export type Theme = 'light' | 'dark'

export interface Content {
  /** new: as first started; admin: Seerr and the account are there; filled: lists and runs too. */
  content: 'new' | 'admin' | 'filled'
  settings?: Settings
  /** Lays something into the data folder before the first start. */
  lay?: (dataFolder: string) => Promise<void>
}

export interface Look {
  size?: Size
  theme?: Theme
  signedIn?: boolean
  reducedMotion?: boolean
}

/** A title without a poster: browsers call that an error, and we do not. */
const alwaysExpected = [/status of 404 .*\/api\/posters\//]

type StoredLogin = Awaited<ReturnType<BrowserContext['storageState']>>

const configured = (simulator: Simulator): Settings => ({
  OVERSEERR_URL: simulator.url,
  OVERSEERR_API_KEY: SEERR_KEY,
  TRAKT_CLIENT_ID: 'demo',
  LISTSYNC_ADMIN_USER: ADMIN.username,
  LISTSYNC_ADMIN_PASSWORD: ADMIN.password,
})

class World {
  private folder = ''
  private browser: Browser | undefined
  private simulatorOrNone: Simulator | undefined
  private daemonOrNone: Daemon | undefined
  private login: StoredLogin | undefined
  private readonly traffic = new WeakMap<Page, Traffic>()
  private pages: Page[] = []
  private errors: string[] = []
  private expected: RegExp[] = []

  constructor(private readonly content: Content) {}

  get daemon(): Daemon {
    if (!this.daemonOrNone) throw new Error('ListSync has not been started')
    return this.daemonOrNone
  }

  get simulator(): Simulator {
    if (!this.simulatorOrNone) throw new Error('the simulator has not been started')
    return this.simulatorOrNone
  }

  async begin() {
    this.folder = await makeFolder()
    const simulator = (this.simulatorOrNone = await Simulator.start(this.folder))
    const given = this.content.content === 'new' ? {} : configured(simulator)
    const settings = { ...given, ...this.content.settings }
    const daemon = (this.daemonOrNone = new Daemon(simulator, this.folder, settings))
    await this.content.lay?.(daemon.dataFolder)
    await daemon.start()
    if (this.content.content === 'filled') await fill(daemon, simulator)
    this.browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
  }

  async end() {
    await this.browser?.close()
    await this.daemonOrNone?.stop()
    await this.simulatorOrNone?.stop()
    await removeFolder(this.folder)
  }

  /** An address below the base path, in a browser of its own, once the page has come to rest. */
  async open(path: string, look: Look = {}): Promise<Page> {
    const page = await this.newPage(look)
    await page.goto(this.daemon.url + path)
    await this.settled(page)
    return page
  }

  /** Goes elsewhere in the same browser, as if the address had been typed. */
  async visit(page: Page, path: string): Promise<void> {
    await page.goto(this.daemon.url + path)
    await this.settled(page)
  }

  async settled(page: Page): Promise<void> {
    await this.traffic.get(page)?.settled()
  }

  /** Where the page is, below the base path. */
  at(page: Page): string {
    return page.url().slice(this.daemon.url.length)
  }

  /** In this test, errors in the console that fit the pattern are as they should be. */
  expectError(pattern: RegExp) {
    this.expected.push(pattern)
  }

  /** Closes the pages of the test, and fails it when something went wrong in one of them. */
  async clean(test: RunnerTask) {
    const allowed = [...alwaysExpected, ...this.expected]
    const unexpected = this.errors.filter((line) => !allowed.some((each) => each.test(line)))
    const failed = unexpected.length > 0 || test.result?.state === 'fail'
    for (const [at, page] of this.pages.entries()) {
      if (failed) await screenshot(page, `failed-${test.name}-${at + 1}`)
      await page.context().close()
    }
    this.pages = []
    this.errors = []
    this.expected = []
    expect(unexpected).toEqual([])
  }

  private async newPage(look: Look): Promise<Page> {
    const { size = 'desktop', theme = 'light', signedIn = true, reducedMotion } = look
    if (!this.browser) throw new Error('the browser has not been started')
    const phone = size === 'phone'
    const context = await this.browser.newContext({
      viewport: sizes[size],
      colorScheme: theme,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      isMobile: phone,
      hasTouch: phone,
      locale: 'en-GB',
      ...(signedIn ? { storageState: await this.storedLogin() } : {}),
    })
    const page = await context.newPage()
    this.watch(page)
    return page
  }

  private watch(page: Page) {
    this.pages.push(page)
    this.traffic.set(page, new Traffic(page))
    page.on('pageerror', (error) => this.errors.push(`${page.url()}: ${error.stack ?? error}`))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.errors.push(`${page.url()}: ${message.text()} (${message.location().url})`)
    })
  }

  /** One login for the whole file. */
  private async storedLogin(): Promise<StoredLogin> {
    if (this.login) return this.login
    if (!this.browser) throw new Error('the browser has not been started')
    const context = await this.browser.newContext()
    const url = this.daemon.url
    const answer = await context.request.post(`${url}/api/auth/login`, { data: ADMIN })
    if (!answer.ok()) throw new Error(`the login was answered ${answer.status()}`)
    this.login = await context.storageState()
    await context.close()
    return this.login
  }
}

export type { World }

export function useWorld(content: Content): World {
  const world = new World(content)
  beforeAll(() => world.begin())
  afterEach(({ task }) => world.clean(task))
  afterAll(() => world.end())
  return world
}
