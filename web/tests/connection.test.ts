import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection, waitBeforeAttempt, type ConnectionState } from '@/live/connection'

class FakeSocket {
  static all: FakeSocket[] = []
  static CONNECTING = 0
  static OPEN = 1
  readyState = 0
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  onopen: (() => void) | null = null
  sent: string[] = []

  constructor(readonly url: URL) {
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(text)
  }
  close() {
    this.readyState = 3
    this.onclose?.()
  }
  says(message: object) {
    this.readyState = 1
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1)
    if (!socket) throw new Error('nothing was connected')
    return socket
  }
}

const hello = { type: 'hello', id: 'a-1', resumed: true }

describe('the live connection', () => {
  let states: ConnectionState[]
  let gaps: number
  let messages: string[]
  let connection: Connection

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
    FakeSocket.all = []
    states = []
    gaps = 0
    messages = []
    connection = new Connection({
      url: 'ws://localhost:3222/api/ws',
      onState: (state) => states.push(state),
      onMessage: (message) => messages.push(message.type),
      onGap: () => gaps++,
    })
    connection.open()
  })

  afterEach(() => {
    connection.close()
    vi.useRealTimers()
  })

  it('is open once it was greeted, and passes messages on', () => {
    FakeSocket.last.says(hello)
    FakeSocket.last.says({ type: 'run_started', id: 'a-2', data: {} })
    expect(states).toEqual(['open'])
    expect(messages).toEqual(['run_started'])
  })

  it('goes on after the last message when it was lost', () => {
    FakeSocket.last.says(hello)
    FakeSocket.last.says({ type: 'run_started', id: 'a-2', data: {} })
    FakeSocket.last.close()
    vi.advanceTimersByTime(1300)
    expect(FakeSocket.all).toHaveLength(2)
    expect(FakeSocket.last.url.searchParams.get('last_event_id')).toBe('a-2')
    FakeSocket.last.says(hello)
    expect(gaps).toBe(0)
  })

  it('says that everything is to be read anew when the server began anew', () => {
    FakeSocket.last.says(hello)
    FakeSocket.last.close()
    vi.advanceTimersByTime(1300)
    FakeSocket.last.says({ type: 'hello', id: 'b-1', resumed: false })
    expect(gaps).toBe(1)
  })

  it('does not speak of a blink, and does of a loss', () => {
    FakeSocket.last.says(hello)
    FakeSocket.last.close()
    expect(states).toEqual(['open'])
    vi.advanceTimersByTime(2000)
    expect(states).toContain('lost')
  })

  it('hears nothing more of a socket that was hung up before', () => {
    FakeSocket.last.says(hello)
    const old = FakeSocket.last
    old.close = () => {}
    connection.close()
    connection.open()
    old.onclose?.()
    old.says({ type: 'run_started', id: 'a-2', data: {} })
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(2)
    expect(messages).toEqual([])
  })

  it('asks again for what was subscribed', () => {
    FakeSocket.last.says(hello)
    connection.subscribe({ log_level: 'info' })
    FakeSocket.last.close()
    vi.advanceTimersByTime(1300)
    FakeSocket.last.says(hello)
    expect(FakeSocket.last.sent).toEqual(['{"subscribe":{"log_level":"info"}}'])
  })

  it('waits longer each time, at most some half a minute', () => {
    expect([0, 1, 2, 9].map((attempt) => waitBeforeAttempt(attempt, 0))).toEqual([
      1000, 2000, 4000, 30000,
    ])
    expect(waitBeforeAttempt(9, 1)).toBe(37500)
  })
})
