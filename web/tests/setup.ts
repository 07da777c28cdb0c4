/** Tests never reach a network: who calls without having said what is answered fails. */
import { beforeEach, vi } from 'vitest'

beforeEach(() => {
  vi.stubGlobal('fetch', (request: Request) =>
    Promise.reject(new Error(`no answer was prepared for ${request.method} ${request.url}`)),
  )
})
