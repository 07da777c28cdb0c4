import { describe, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'filled' })

describe('when ListSync goes away', () => {
  it('the pages say so, keep what they show, and catch up by themselves', async () => {
    world.expectError(/WebSocket|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_SOCKET/)
    const page = await world.open('/lists')
    await page.getByRole('link', { name: 'Watch next' }).waitFor()

    await world.daemon.stop()
    await page.getByText('Connection lost').waitFor()
    await page.getByRole('link', { name: 'Watch next' }).waitFor()

    await world.daemon.start()
    await world.daemon.call('PUT', '/api/lists/3', { description: 'For the weekend' })
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('Connection lost').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'For the weekend' }).waitFor()

    await world.daemon.call('PUT', '/api/lists/3', { description: 'For the week' })
    await page.getByRole('link', { name: 'For the week', exact: true }).waitFor()
  })
})
