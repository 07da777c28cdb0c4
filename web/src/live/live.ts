/**
 * What happens, as it happens: the state of the live connection for the frame, and events for
 * whoever listens. Queries are told here which events make them out of date (`events.ts`).
 */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { basePath } from '@/api/client'
import { useReadAnew } from '@/api/queries'
import { Connection, type ConnectionState, type LiveMessage } from './connection'
import { staleAfter, type EventType } from './events'

type Handler = (data: Record<string, unknown>, message: LiveMessage) => void

/** A run tells many things within one blink; queries are read anew once. */
const GATHER_MS = 200

export const useLive = defineStore('live', () => {
  const state = ref<ConnectionState>('connecting')
  const handlers = new Map<string, Set<Handler>>()
  const askAnew = useReadAnew()
  const stale = new Set<string>()
  let gathering = 0

  function readAnew(key: string) {
    stale.add(key)
    gathering ||= window.setTimeout(() => {
      gathering = 0
      for (const name of stale) void askAnew(name)
      stale.clear()
    }, GATHER_MS)
  }

  function receive(message: LiveMessage) {
    for (const key of staleAfter[message.type as EventType] ?? []) readAnew(key)
    for (const handler of handlers.get(message.type) ?? []) handler(message.data ?? {}, message)
  }

  /** A run may have begun after the page was read and before the connection could tell of it. */
  function heed(now: ConnectionState) {
    if (now === 'open' && state.value === 'connecting') readAnew('sync')
    state.value = now
  }

  const url = new URL(`${basePath}/api/ws`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const connection = new Connection({
    url: url.href,
    onState: heed,
    onMessage: receive,
    onGap: () => void askAnew(),
  })

  function on(type: string, handler: Handler): () => void {
    const of = handlers.get(type) ?? new Set()
    handlers.set(type, of.add(handler))
    return () => void of.delete(handler)
  }

  return {
    state,
    on,
    open: () => connection.open(),
    close: () => connection.close(),
    hurry: () => connection.hurry(),
    subscribe: connection.subscribe.bind(connection),
  }
})
