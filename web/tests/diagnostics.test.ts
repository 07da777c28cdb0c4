import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import DiagnosticsPart from '@/pages/settings/DiagnosticsPart.vue'
import { toasts } from '@/ui/toasts'

interface Saved {
  name: string
  text: string
}

/** What a browser would have saved. */
function watchSaving() {
  const blobs: Blob[] = []
  const names: string[] = []
  vi.stubGlobal('URL', {
    createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
    revokeObjectURL: () => {},
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    names.push(this.download)
  })
  return async (): Promise<Saved[]> =>
    Promise.all(blobs.map(async (blob, i) => ({ name: names[i] ?? '', text: await blob.text() })))
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('the diagnostics', () => {
  it('say what is in them and what is not, before anything is asked', () => {
    const page = mount(DiagnosticsPart)
    expect(page.text()).toContain('newest lines of the log')
    expect(page.text()).toContain('Passwords, keys, titles, and names')
  })

  it('are asked for once, and saved as a text', async () => {
    const saved = watchSaving()
    const asked: string[] = []
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(`${request.method} ${request.url.replace(/^.*\/api/, '/api')}`)
      return Promise.resolve(
        new Response('ListSync diagnostics\n', { headers: { 'Content-Type': 'text/plain' } }),
      )
    })
    const page = mount(DiagnosticsPart)
    await page.get('button').trigger('click')
    await page.get('button').trigger('click')
    await flushPromises()
    expect(asked).toEqual(['GET /api/diagnostics'])
    expect(await saved()).toEqual([
      {
        name: expect.stringMatching(/^listsync-diagnostics-\d{8}T\d{6}Z\.txt$/) as string,
        text: 'ListSync diagnostics\n',
      },
    ])
  })

  it('say why there are none', async () => {
    const saved = watchSaving()
    vi.stubGlobal('fetch', () =>
      Promise.resolve(
        Response.json({ detail: 'the database could not be used', code: 'x' }, { status: 503 }),
      ),
    )
    const page = mount(DiagnosticsPart)
    await page.get('button').trigger('click')
    await flushPromises()
    expect(await saved()).toEqual([])
    expect(toasts.value.at(-1)?.sentence).toContain('the database could not be used')
  })
})
