/**
 * The only door to the server: typed calls of the documented API, below whatever base path the
 * page was served from. Failures are thrown as `ApiFailure`, with a sentence for people.
 */
import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema'

/** "" or "/listsync": what stands before every path. */
export const basePath = new URL('.', document.baseURI).pathname.replace(/\/$/, '')

export interface FieldError {
  field: string
  message: string
}

export class ApiFailure extends Error {
  constructor(
    sentence: string,
    /** 0: there was no answer. */
    readonly status: number,
    readonly code: string,
    readonly fields: FieldError[] = [],
  ) {
    super(sentence)
    this.name = 'ApiFailure'
  }
}

type SignedOut = () => void
let csrfToken: string | null = null
let whenSignedOut: SignedOut = () => {}

export function setCsrfToken(token: string | null) {
  csrfToken = token
}

/** Called whenever the server says that nobody is logged in any more. */
export function onSignedOut(handler: SignedOut) {
  whenSignedOut = handler
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null)
  const told = (body ?? {}) as { detail?: string; code?: string; errors?: FieldError[] }
  return new ApiFailure(
    told.detail ?? `ListSync answered ${response.status}.`,
    response.status,
    told.code ?? 'unknown',
    told.errors ?? [],
  )
}

const manners: Middleware = {
  onRequest({ request }) {
    if (csrfToken && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken)
    return request
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return
    if (response.status === 401 && schemaPath !== '/api/auth/login') whenSignedOut()
    throw await failureOf(response)
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new ApiFailure('ListSync does not answer.', 0, 'unreachable')
  },
}

// `fetch` is looked up at each call, so that a test may put its own in place.
export const api = createClient<paths>({
  baseUrl: location.origin + basePath,
  fetch: (request) => globalThis.fetch(request),
})
api.use(manners)

/** The body of a successful answer: `const lists = await take(api.GET('/api/lists'))`. */
export async function take<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call
  return data as NonNullable<T>
}

/** What to tell a person about anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
