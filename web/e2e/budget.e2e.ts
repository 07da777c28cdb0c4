/** What the first page weighs; how long it takes is measured by hand (docs/performance.md). */
import { describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'filled' })

const KIB = 1024

describe('the first page', () => {
  it('takes at most 60 KB of packed JavaScript in at most 6 requests', async () => {
    const page = await world.open('/login', { signedIn: true })
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    const sizes: number[] = []
    session.on('Network.responseReceived', ({ type, response }) => {
      if (type === 'Script') sizes.push(Number(response.headers['Content-Length']))
    })
    await world.visit(page, '/')

    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.length).toBeLessThanOrEqual(6)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * KIB)
  })

  it('talks to nobody but ListSync', async () => {
    const page = await world.open('/login')
    const foreign: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(world.daemon.url)) foreign.push(request.url())
    })
    for (const path of ['/', '/items', '/lists/add', '/history/1', '/settings/about']) {
      await world.visit(page, path)
    }
    expect(foreign).toEqual([])
  })

  it('does not move once it is there', async () => {
    const page = await world.open('/')
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              sum += (entry as unknown as { value: number }).value
          }).observe({ type: 'layout-shift', buffered: true })
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
        }),
    )
    expect(shift).toBeLessThan(0.05)
  })
})
