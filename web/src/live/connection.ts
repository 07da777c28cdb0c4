/**
 * One WebSocket for the whole page: /api/ws, as docs/websocket.md describes it. It connects again
 * by itself, goes on where it was, and says when something was missed.
 */
export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface LiveMessage {
  type: string
  id?: string
  at?: string
  data?: Record<string, unknown>
  resumed?: boolean
  number?: number
  missed?: number
}

export interface ConnectionOptions {
  url: string
  onState: (state: ConnectionState) => void
  onMessage: (message: LiveMessage) => void
  /** Something was missed: whatever is shown is to be read anew. */
  onGap: () => void
}

const LONGEST_WAIT_MS = 30_000
const PATIENCE_MS = 2_000

/** 1, 2, 4 ... 30 seconds, and up to a quarter more, so that not all pages come at once. */
export function waitBeforeAttempt(attempt: number, chance: number): number {
  const wait = Math.min(1000 * 2 ** attempt, LONGEST_WAIT_MS)
  return Math.round(wait * (1 + chance / 4))
}

export class Connection {
  private socket: WebSocket | null = null
  private lastId: string | null = null
  private attempt = 0
  private timer = 0
  private wasOpen = false
  private subscription: object | null = null

  constructor(private readonly options: ConnectionOptions) {}

  open() {
    window.addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
    this.connect()
  }

  close() {
    window.removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    clearTimeout(this.timer)
    this.timer = 0
    this.hangUp()
  }

  /** Browsers complain of a socket that is closed before it is open. */
  private hangUp() {
    const socket = this.socket
    this.socket = null
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close()
    else socket?.close()
  }

  /** Which messages to send from now on; kept over reconnects. */
  subscribe(what: { types?: string[]; log_level?: string | null }) {
    this.subscription = { subscribe: what }
    if (this.socket?.readyState === WebSocket.OPEN) this.send(this.subscription)
  }

  /** Somebody looks at the page, or the network is back: no more waiting. */
  readonly hurry = () => {
    if (document.visibilityState !== 'visible' || !this.timer) return
    clearTimeout(this.timer)
    this.connect()
  }

  private connect() {
    this.timer = 0
    const url = new URL(this.options.url)
    if (this.lastId) url.searchParams.set('last_event_id', this.lastId)
    const socket = new WebSocket(url)
    this.socket = socket
    // One that was hung up may end long after the next one was opened.
    const isMine = () => socket === this.socket
    socket.onmessage = (event) =>
      isMine() && this.receive(JSON.parse(String(event.data)) as LiveMessage)
    socket.onclose = () => isMine() && this.lose()
  }

  private lose() {
    const wait = waitBeforeAttempt(this.attempt++, Math.random())
    this.timer = window.setTimeout(() => this.connect(), wait)
    // One lost attempt is a breath; nobody needs to read about it.
    if (this.attempt > 1 || !this.wasOpen) this.options.onState('lost')
    else window.setTimeout(() => this.tellIfStillLost(), PATIENCE_MS)
  }

  private tellIfStillLost() {
    if (this.socket && this.socket.readyState !== WebSocket.OPEN) this.options.onState('lost')
  }

  private receive(message: LiveMessage) {
    if (message.id) this.lastId = message.id
    if (message.type === 'hello') this.greet(message)
    else if (message.type === 'resync') this.options.onGap()
    else this.options.onMessage(message)
  }

  private greet(hello: LiveMessage) {
    this.attempt = 0
    if (this.subscription) this.send(this.subscription)
    this.options.onState('open')
    if (this.wasOpen && !hello.resumed) this.options.onGap()
    this.wasOpen = true
  }

  private send(message: object) {
    this.socket?.send(JSON.stringify(message))
  }
}
