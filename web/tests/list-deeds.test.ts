import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useLists } from '@/api/queries'
import type { List } from '@/api/types'
import { useListDeeds } from '@/pages/lists/listDeeds'
import { toasts } from '@/ui/toasts'
import { list } from './support/lists'

/** A server that keeps lists. */
let kept: List[] = []
let refused = new Set<number>()
let changes: string[] = []

function change(path: string, method: string, body: Partial<List>) {
  changes.push(`${method} ${path} ${JSON.stringify(body)}`)
  const id = Number(path.split('/').at(-1))
  if (refused.has(id)) return new Response('{"detail":"It is locked."}', { status: 409 })
  if (method === 'PUT') kept = kept.map((each) => (each.id === id ? { ...each, ...body } : each))
  if (method === 'DELETE') kept = kept.filter((each) => each.id !== id)
  if (method === 'POST') kept = [...kept, list(9, body)]
  return Response.json({ list: kept.at(-1) })
}

beforeEach(() => {
  kept = [list(1), list(2, { auto_sync: false }), list(3)]
  refused = new Set()
  changes = []
  toasts.value = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET') {
      return Response.json(pathname === '/api/lists' ? { lists: kept } : { running: false })
    }
    const body = request.method === 'DELETE' ? {} : ((await request.json()) as Partial<List>)
    return change(pathname, request.method, body)
  })
})

async function open() {
  let deeds: ReturnType<typeof useListDeeds> | undefined
  let read: () => List[] = () => []
  const page = defineComponent({
    setup() {
      deeds = useListDeeds()
      const query = useLists()
      read = () => query.data.value?.lists ?? []
      return () => null
    },
  })
  mount(page, { global: { plugins: [createPinia(), PiniaColada] } })
  await flushPromises()
  if (!deeds) throw new Error('not mounted')
  return { deeds, shown: () => read() }
}

const switches = (lists: List[]) => lists.map((each) => each.auto_sync)

describe('several lists at once', () => {
  it('are changed on the server and on the page', async () => {
    const { deeds, shown } = await open()
    await deeds.turn(shown(), false)
    await flushPromises()
    expect(changes).toHaveLength(3)
    expect(switches(kept)).toEqual([false, false, false])
    expect(switches(shown())).toEqual([false, false, false])
    expect(toasts.value.at(-1)?.sentence).toBe('3 lists turned off.')
  })

  it('are each as they were when it is taken back', async () => {
    const { deeds, shown } = await open()
    await deeds.turn(shown(), false)
    toasts.value.at(-1)?.undo?.()
    await flushPromises()
    expect(switches(kept)).toEqual([true, false, true])
  })

  it('show what the server has when one of them cannot be changed, and say why', async () => {
    refused.add(3)
    const { deeds, shown } = await open()
    await deeds.turn(shown(), false)
    await flushPromises()
    expect(switches(shown())).toEqual([false, false, true])
    expect(toasts.value.map((toast) => toast.sentence)).toEqual(['It is locked.'])
  })
})

describe('a removed list', () => {
  it('leaves the page at once and comes back as it was', async () => {
    kept[2] = list(3, { description: 'Weekend', schedule: 'every 6h' })
    const { deeds, shown } = await open()
    await deeds.remove([list(3, { description: 'Weekend', schedule: 'every 6h' })])
    expect(shown().map((each) => each.id)).toEqual([1, 2])
    toasts.value.at(-1)?.undo?.()
    await flushPromises()
    expect(kept.at(-1)).toMatchObject({ description: 'Weekend', schedule: 'every 6h' })
  })
})
