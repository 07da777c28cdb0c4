import { PiniaColada } from '@pinia/colada'
import { flushPromises } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, type App } from 'vue'
import { useLists } from '@/api/queries'
import { makeRouter } from '@/app/router'
import { useSession } from '@/app/session'
import { useSync } from '@/live/sync'

let who: string | null = 'anna'
const asked: string[] = []
/** What is held back until a test lets it go. */
let held: (() => void)[] = []
let isHolding = false

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })

function answerTo(request: Request): Response {
  const path = new URL(request.url).pathname
  asked.push(path)
  if (path === '/api/auth/session')
    return json({
      user: who ? { username: who, role: 'viewer' } : null,
      access: who ? 'read' : 'none',
      how: who ? 'session' : null,
      csrf_token: null,
      setup_needed: false,
    })
  if (path === '/api/auth/logout') {
    who = null
    return new Response(null, { status: 204 })
  }
  if (path === '/api/lists') return json({ lists: [{ display_name: `of ${who}` }] })
  if (path === '/api/sync/status')
    return json({ running: false, run: null, queued: [], last_run: { by: who } })
  return json({})
}

let app: App | undefined

async function tabOf(user: string) {
  who = user
  vi.stubGlobal('fetch', (request: Request) => {
    const answer = answerTo(request)
    if (!isHolding) return Promise.resolve(answer)
    return new Promise<Response>((resolve) => held.push(() => resolve(answer)))
  })
  let tab: { lists: ReturnType<typeof useLists>; sync: ReturnType<typeof useSync> } | undefined
  const host = defineComponent({
    setup() {
      tab = { lists: useLists(), sync: useSync() }
      return () => h('div')
    },
  })
  app = createApp(host)
  app.use(createPinia())
  app.use(PiniaColada, { queryOptions: { staleTime: 60_000, gcTime: 600_000 } })
  const router = makeRouter()
  app.use(router)
  await router.push('/not/a/page')
  app.mount(document.createElement('div'))
  await flushPromises()
  if (!tab) throw new Error('nothing was mounted')
  return { ...tab, router, session: app.runWithContext(useSession) }
}

afterEach(() => {
  app?.unmount()
  asked.length = 0
  held = []
  isHolding = false
})

describe('whoever signs out', () => {
  it('leaves nothing behind of what was read', async () => {
    const { lists, sync, router, session } = await tabOf('anna')
    expect(lists.data.value?.lists[0]?.display_name).toBe('of anna')
    expect(sync.lastRun).toEqual({ by: 'anna' })

    await session.signOut()
    await router.push({ name: 'login' })
    expect(lists.data.value).toBeUndefined()
    expect(sync.lastRun).toBeNull()
  })

  it('gets no answers any more to what was on its way', async () => {
    const { lists, router, session } = await tabOf('anna')
    isHolding = true
    void lists.refetch().catch(() => {})
    await flushPromises()
    isHolding = false
    await session.signOut()
    await router.push({ name: 'login' })
    held.forEach((letGo) => letGo())
    await flushPromises()
    expect(lists.data.value).toBeUndefined()
  })

  it('lets the next one read all for themselves', async () => {
    const { lists, router, session } = await tabOf('anna')
    await session.signOut()
    await router.push({ name: 'login' })
    who = 'bea'
    asked.length = 0
    await lists.refresh()
    expect(asked).toContain('/api/lists')
    expect(lists.data.value?.lists[0]?.display_name).toBe('of bea')
  })
})
