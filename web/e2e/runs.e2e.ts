import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'admin' })

/** Requests of this user wait for somebody's approval, so that they can be taken back. */
const FRIEND = '2'

const slowly = (ms: number) => world.simulator.tell('/sim/config', { latency_ms: ms })
const lastRun = async () => {
  const { runs } = await world.daemon.call('GET', '/api/runs?limit=1')
  return (runs as { id: number; state: string; items_requested: number }[])[0]
}

describe('a sync', () => {
  beforeAll(async () => {
    await world.daemon.call('POST', '/api/lists', {
      list_id: 'imdb:ls000000001',
      user_id: FRIEND,
    })
  })
  afterEach(() => slowly(0))

  it('is watched item by item, and ends where it can be read', async () => {
    await slowly(20)
    const page = await world.open('/sync')
    await page.getByRole('button', { name: 'Sync now' }).click()
    await page.getByText(/Requesting what is missing/).waitFor()
    await page.getByRole('progressbar').first().waitFor()
    await page.getByText('This run has ended').waitFor()
    await page.getByRole('link', { name: 'See the run' }).click()
    await page.getByRole('heading', { level: 1, name: /Full sync/ }).waitFor()
    const requested = (await world.simulator.requests()).length
    expect(requested).toBeGreaterThan(40)
    expect((await lastRun())?.items_requested).toBe(requested)
  })

  it('is taken back where nobody has approved it', async () => {
    const run = await lastRun()
    const page = await world.open(`/history/${run?.id}`)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Take back' }).click()
    await page.getByText('What was taken back').waitFor()
    expect(await world.simulator.requests()).toHaveLength(0)
  })

  it('is planned, thinned out, approved, and does nothing else', async () => {
    await world.daemon.call('POST', '/api/lists', { list_id: 'stevenlu:movies.json' })
    const page = await world.open('/sync')
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText(/Would request \d+/).waitFor()
    expect(await world.simulator.requests()).toHaveLength(0)

    const boxes = page.getByRole('checkbox', { name: /^Request / })
    const left = (await boxes.first().getAttribute('aria-label')) ?? ''
    const planned = await boxes.count()
    await boxes.first().uncheck()
    await page.getByRole('button', { name: `Approve ${planned - 1} and run` }).click()
    await expect.poll(async () => (await world.simulator.requests()).length).toBe(planned - 1)
    const titles = (await world.simulator.requests()).map((request) => String(request['title']))
    expect(titles.filter((title) => left.startsWith(`Request ${title} (`))).toEqual([])
  })

  it('is cancelled at once, and says so', async () => {
    await world.daemon.call('POST', '/api/lists', { list_id: 'imdb:top' })
    await slowly(200)
    const page = await world.open('/sync')
    await page.getByRole('button', { name: 'Sync now' }).click()
    await page.getByRole('button', { name: 'Cancel', exact: true }).first().click()
    await expect.poll(async () => (await lastRun())?.state).toBe('cancelled')
    await page.getByText('Stopped').first().waitFor()
  })

  it('that another began is seen, in the middle of it', async () => {
    await slowly(60)
    const page = await world.open('/')
    const { run_id: run } = await world.daemon.call('POST', '/api/sync/trigger', {})
    await page.getByRole('heading', { name: 'Running now' }).waitFor()
    const late = await world.open('/sync')
    await late.getByRole('progressbar').first().waitFor()
    await slowly(0)
    await world.daemon.runEnd(Number(run))
    await page.getByRole('heading', { name: 'Running now' }).waitFor({ state: 'detached' })
  })
})
