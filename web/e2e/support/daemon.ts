/** A simulator and a ListSync of the test's own, in a folder of their own, and calls to them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startProgram, type Program } from './program'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const listsync = process.env['LISTSYNC_PROGRAM'] ?? join(root, 'build/listsync')
const simulatorProgram = process.env['LISTSYNC_SIM'] ?? join(root, 'build/tests/sim/listsync-sim')

const sources = [
  'api.graphql.imdb.com',
  'www.imdb.com',
  'api.trakt.tv',
  'letterboxd.com',
  'mdblist.com',
  'api.mdblist.com',
  'popular-movies-data.stevenlu.com',
  'image.tmdb.org',
]

export const SEERR_KEY = 'sim-key'
export const ADMIN = { username: 'anna', password: 'a long enough password' }

export type Settings = Record<string, string>
type Json = Record<string, unknown>

const sanitizers = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.endsWith('SAN_OPTIONS')))

async function answer(response: Response): Promise<Json> {
  const body = (await response.json()) as Json
  if (response.ok) return body
  throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(body)}`)
}

const post = (url: string, body: Json, headers: Settings = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** The stand-in Seerr and sources; `tell` calls its /sim/... (tests/sim/README.md). */
export class Simulator {
  private constructor(
    private readonly program: Program,
    readonly url: string,
  ) {}

  static async start(folder: string): Promise<Simulator> {
    const catalogue = join(root, 'tests/sim/catalogue.tsv')
    const command = [simulatorProgram, '--catalogue', catalogue, '--quiet']
    const program = startProgram(command, { cwd: folder, env: { ...sanitizers() } })
    const [, url = ''] = await program.says(/listening on (http:\S+)/)
    return new Simulator(program, url)
  }

  get origins() {
    return sources.map((host) => `${host}=${this.url}/host/${host}`).join(',')
  }

  async tell(path: string, body: Json): Promise<void> {
    const response = await post(this.url + path, body, { 'X-Api-Key': SEERR_KEY })
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`)
  }

  /** What was requested in Seerr. */
  async requests(): Promise<Json[]> {
    const response = await fetch(`${this.url}/sim/requests`)
    return (await response.json()) as Json[]
  }

  stop = () => this.program.stop()
}

export class Daemon {
  private program: Program | undefined
  private key = ''
  /** The address of the pages, with the base path. */
  url = ''
  apiUrl = ''

  constructor(
    readonly simulator: Simulator,
    private readonly folder: string,
    private readonly settings: Settings,
  ) {}

  get dataFolder() {
    return join(this.folder, 'data')
  }

  /** Where it was before, once it has been stopped. */
  async start(): Promise<void> {
    const env = {
      ...sanitizers(),
      PATH: process.env['PATH'],
      LISTSYNC_DATA_DIR: this.dataFolder,
      LISTSYNC_ORIGINS: this.simulator.origins,
      LISTSYNC_BIND: '127.0.0.1',
      LISTSYNC_API_PORT: portOf(this.apiUrl),
      LISTSYNC_UI_PORT: portOf(this.url),
      LISTSYNC_LOG_FORMAT: 'json',
      LISTSYNC_RATE_LIMIT: '0',
      ...this.settings,
    }
    this.program = startProgram([listsync, 'serve'], { cwd: this.folder, env })
    const line = await this.program.says(/"api": ?"http.*"ui": ?"http/)
    const told = JSON.parse(line.input) as { api: string; ui: string }
    this.apiUrl = told.api.replace(/\/$/, '')
    this.url = told.ui.replace(/\/$/, '')
  }

  async stop(): Promise<void> {
    await this.program?.stop()
  }

  log = () => this.program?.log() ?? ''

  /** The token with which the first account is made. */
  async setupToken(): Promise<string> {
    const [, token = ''] = (await this.program?.says(/setup\?token=([\w-]+)/)) ?? []
    return token
  }

  /** Calls the API as an admin. */
  async call(method: string, path: string, body?: Json): Promise<Json> {
    this.key ||= await this.makeKey()
    return answer(
      await fetch(this.apiUrl + path, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-Api-Key': this.key },
        body: body && JSON.stringify(body),
      }),
    )
  }

  /** Syncs, and resolves with the run's number at its end. */
  async sync(body: Json = {}): Promise<number> {
    const { run_id: run } = await this.call('POST', '/api/sync/trigger', body)
    return this.runEnd(Number(run))
  }

  /** Resolves with the number at the run's end. */
  async runEnd(run: number): Promise<number> {
    for (;;) {
      const { run: told } = await this.call('GET', `/api/runs/${run}`)
      if ((told as Json)['completed_at']) return run
      await setTimeout(50)
    }
  }

  private async makeKey(): Promise<string> {
    const login = await post(`${this.apiUrl}/api/auth/login`, ADMIN)
    const cookie = login.headers.getSetCookie().map((each) => each.split(';')[0])
    const { csrf_token: token } = await answer(login)
    const headers = { Cookie: cookie.join('; '), 'X-CSRF-Token': String(token) }
    const made = await post(
      `${this.apiUrl}/api/auth/keys`,
      { name: 'tests', scope: 'admin' },
      headers,
    )
    return String((await answer(made))['key'])
  }
}

const portOf = (url: string) => (url ? new URL(url).port : '0')

export const makeFolder = () => mkdtemp(join(tmpdir(), 'listsync-e2e-'))
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })
