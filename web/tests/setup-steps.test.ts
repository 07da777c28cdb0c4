import { flushPromises, mount } from '@vue/test-utils'
import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import type { SetupStatus } from '@/api/types'
import { completed, useConnection } from '@/pages/setup/connection'
import { addedUp } from '@/pages/setup/firstPlan'
import { popularLists } from '@/pages/setup/popular'
import { furthest, stepAt } from '@/pages/setup/steps'

const status = (done: Partial<SetupStatus>): SetupStatus => ({
  is_complete: false,
  needs_admin: false,
  has_seerr: true,
  has_lists: true,
  has_env: false,
  needs_migration: false,
  settings_count: 0,
  ...done,
})

describe('the steps of setting up', () => {
  it('go on where the server says', () => {
    expect(furthest(status({ needs_admin: true, has_seerr: false }))).toBe('account')
    expect(furthest(status({ has_seerr: false }))).toBe('seerr')
    expect(furthest(status({ has_lists: false }))).toBe('lists')
    expect(furthest(status({}))).toBe('preview')
  })

  it('let nobody leave one out, but go back', () => {
    expect(stepAt('preview', status({ has_seerr: false, has_lists: false }))).toBe('seerr')
    expect(stepAt('seerr', status({}))).toBe('seerr')
    expect(stepAt('nonsense', status({ has_lists: false }))).toBe('lists')
  })

  it('make the account only once', () => {
    expect(stepAt('account', status({}))).toBe('preview')
    expect(stepAt('account', status({ needs_admin: true }))).toBe('account')
  })
})

describe('an address of Seerr', () => {
  it.each([
    ['seerr.lan:5055', 'http://seerr.lan:5055'],
    [' 192.168.1.2:5055/ ', 'http://192.168.1.2:5055'],
    ['https://seerr.example/base/', 'https://seerr.example/base'],
    ['', ''],
  ])('"%s" is taken as "%s"', (typed, taken) => {
    expect(completed(typed)).toBe(taken)
  })
})

describe('a plan of several runs', () => {
  it('is one number', () => {
    const run = { new: 2, there: 1, asked_before: 0, needs_person: 1, failed: 0, not_asked: 3 }
    expect(addedUp([run, run])).toMatchObject({ new: 4, there: 2, not_asked: 6 })
  })
})

describe('lists to begin with', () => {
  const source = (name: string, isSet = false) => ({
    name,
    title: name,
    domains: [],
    forms: '',
    other_ways: null,
    options: [
      {
        ...{
          name: 'TRAKT_CLIENT_ID',
          kind: 'secret' as const,
          default: null,
          low: null,
          high: null,
        },
        ...{ is_secret: true, is_set: isSet, changeable: true, help: '' },
      },
    ],
    presets: [{ list_id: 'a', title: 'A' }],
  })

  it('are not of a source whose key is missing', () => {
    const names = popularLists([source('imdb'), source('trakt_special')]).map(({ list }) => list)
    expect(names).toEqual(['imdb:a'])
    expect(popularLists([source('trakt_special', true)])).toHaveLength(1)
  })
})

describe('the connection to Seerr', () => {
  const setting = (name: string, value: string | null, isSet = value !== null) => ({
    ...{ name, kind: 'text', value, is_set: isSet, source: isSet ? 'stored' : 'default' },
    ...{ default: null, low: null, high: null, help: '' },
  })
  let sent: { method: string; path: string; body: unknown }[]
  let accepts: boolean

  function answerOf(path: string) {
    if (path === '/api/settings')
      return {
        settings: [setting('OVERSEERR_URL', null), setting('OVERSEERR_API_KEY', null)],
      }
    return {
      ...{ valid: accepts, message: 'nobody is there', error: null, server: 'Seerr' },
      ...{ version: '3.3', updateAvailable: false, movie_4k_enabled: false },
      ...{ series_4k_enabled: false, user: { id: 1, displayName: 'anna' } },
    }
  }

  beforeEach(() => {
    vi.useFakeTimers()
    sent = []
    accepts = true
    vi.stubGlobal('fetch', async (request: Request) => {
      const { pathname: path } = new URL(request.url)
      if (request.method !== 'GET') {
        const body: unknown = await request.json()
        sent.push({ method: request.method, path, body })
      }
      return Response.json(answerOf(path))
    })
  })
  afterEach(() => vi.useRealTimers())

  async function typed(address: string, key: string) {
    let connection: ReturnType<typeof useConnection> | undefined
    const page = defineComponent(() => {
      connection = useConnection()
      return () => null
    })
    mount(page, { global: { plugins: [createPinia(), PiniaColada] } })
    await flushPromises()
    if (!connection) throw new Error('the page was not mounted')
    connection.address.value = address
    connection.key.value = key
    await pause()
    return connection
  }

  async function pause() {
    await vi.advanceTimersByTimeAsync(700)
    await flushPromises()
  }

  it('is not tried before both are there', async () => {
    const { trial } = await typed('seerr.lan', '')
    expect([trial.value.state, sent]).toEqual(['none', []])
  })

  it('is stored as soon as it works', async () => {
    const { trial, key } = await typed('seerr.lan', 'abc')
    expect(trial.value.state).toBe('works')
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/setup/test/overseerr',
      'PUT /api/settings',
    ])
    expect(sent[1]?.body).toEqual({
      settings: { OVERSEERR_URL: 'http://seerr.lan', OVERSEERR_API_KEY: 'abc' },
    })
    expect(key.value).toBe('')
  })

  it('is not stored when it does not work, and says why', async () => {
    accepts = false
    const { trial } = await typed('seerr.lan', 'abc')
    expect(trial.value).toEqual({ state: 'fails', sentence: 'Nobody is there.' })
    expect(sent).toHaveLength(1)
  })
})
