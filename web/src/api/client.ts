/**
 * The only door to the server: typed calls of the documented API, below whatever base path the
 * page was served from. Failures are thrown as `ApiFailure`, with a sentence for people.
 */
import type { Client } from 'openapi-fetch'
import english from '@/text/en/frame.json'
import { useText } from '@/text/text'
import type { paths } from './schema'

const text = useText('frame', english)

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
    /** Seconds until it makes sense to try again; 0: not told. */
    readonly retryAfter = 0,
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
    told.detail ?? text('answered', { status: String(response.status) }),
    response.status,
    told.code ?? 'unknown',
    told.errors ?? [],
    Number(response.headers.get('Retry-After') ?? 0),
  )
}

interface Call {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> }
  body?: unknown
  signal?: AbortSignal
  parseAs?: 'text'
}

function addressOf(path: string, { params }: Call): string {
  const filled = path.replace(/\{(\w+)[.]*\}/g, (_, name: string) =>
    encodeURIComponent(String(params?.path?.[name])),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params?.query ?? {})) {
    if (value !== undefined && value !== null) query.append(name, String(value))
  }
  return `${location.origin}${basePath}${filled}${query.size ? `?${query}` : ''}`
}

function requestOf(method: string, path: string, call: Call): Request {
  const headers = new Headers({ Accept: 'application/json' })
  const isBytes = call.body instanceof Blob
  if (call.body !== undefined)
    headers.set('Content-Type', `application/${isBytes ? 'octet-stream' : 'json'}`)
  if (csrfToken && method !== 'GET') headers.set('X-CSRF-Token', csrfToken)
  return new Request(addressOf(path, call), {
    method,
    headers,
    body: isBytes
      ? (call.body as Blob)
      : call.body === undefined
        ? null
        : JSON.stringify(call.body),
    signal: call.signal ?? null,
  })
}

async function send(method: string, path: string, call: Call): Promise<{ data: unknown }> {
  const response = await fetch(requestOf(method, path, call)).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiFailure(text('no_answer'), 0, 'unreachable')
  })
  if (!response.ok) {
    const failure = await failureOf(response)
    // A password that was mistyped, at the login or for a new one, signs nobody out.
    if (failure.status === 401 && failure.code !== 'login_failed') whenSignedOut()
    throw failure
  }
  if (response.status === 204) return { data: undefined }
  return { data: await response[call.parseAs ?? 'json']() }
}

type Methods = 'GET' | 'POST' | 'PUT' | 'DELETE'

const caller =
  (method: Methods) =>
  (path: string, call: Call = {}) =>
    send(method, path, call)

/** Which calls there are, and their shapes, is checked by the types alone, which weigh nothing. */
export const api = {
  GET: caller('GET'),
  POST: caller('POST'),
  PUT: caller('PUT'),
  DELETE: caller('DELETE'),
} as unknown as Pick<Client<paths>, Methods>

/** The body of a successful answer: `const lists = await take(api.GET('/api/lists'))`. */
export async function take<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call
  return data as NonNullable<T>
}

/** What to tell a person about anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What is wrong with each field, by its name. */
export const errorsOf = (error: unknown): Record<string, string> =>
  error instanceof ApiFailure
    ? Object.fromEntries(error.fields.map(({ field, message }) => [field, message]))
    : {}
