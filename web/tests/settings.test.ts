import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { ApiFailure } from '@/api/client'
import type { Session, Setting } from '@/api/types'
import { useSession } from '@/app/session'
import SeerrSection from '@/pages/settings/SeerrSection.vue'
import SettingField from '@/pages/settings/SettingField.vue'
import {
  changesOf,
  errorsOf,
  useSettingsForm,
  type SettingsForm,
} from '@/pages/settings/settingsForm'
import { changesFor, choiceOf, intervalTimes } from '@/pages/settings/scheduleChoice'
import { unplaced } from '@/pages/settings/sections'
import { userChanges } from '@/pages/settings/userChanges'

const setting = (name: string, about: Partial<Setting> = {}): Setting => ({
  name,
  kind: 'text',
  value: '',
  is_set: false,
  source: 'default',
  default: null,
  low: null,
  high: null,
  help: '',
  ...about,
})

const url = setting('URL', { kind: 'url', value: 'http://seerr', is_set: true, source: 'stored' })
const key = setting('KEY', { kind: 'secret', value: null, is_set: true, source: 'stored' })
const limit = setting('LIMIT', { kind: 'number', value: '20', default: '20', low: 1, high: 100 })
const fixed = setting('FIXED', { value: 'a', is_set: true, source: 'environment' })
const all = [url, key, limit, fixed]

describe('what is sent of the settings', () => {
  it('is only what differs', () => {
    expect(changesOf(all, {})).toEqual({})
    expect(changesOf(all, { URL: 'http://seerr', LIMIT: '30' })).toEqual({ LIMIT: '30' })
  })

  it('holds no secret that was not touched, or was emptied again', () => {
    expect(changesOf(all, { LIMIT: '30' })).not.toHaveProperty('KEY')
    expect(changesOf(all, { KEY: '' })).toEqual({})
    expect(changesOf(all, { KEY: 'new' })).toEqual({ KEY: 'new' })
  })

  it('takes a stored value back when it is removed or emptied, and not what is no more than a default', () => {
    expect(changesOf(all, { KEY: null, URL: '', LIMIT: '' })).toEqual({ KEY: null, URL: null })
  })

  it('never holds what the environment sets', () => {
    expect(changesOf(all, { FIXED: 'b' })).toEqual({})
  })
})

async function formWith(answer: (request: Request) => Response | Promise<Response>) {
  vi.stubGlobal('fetch', (request: Request) => Promise.resolve(answer(request)))
  let form: SettingsForm | undefined
  const host = defineComponent({
    components: { SettingField },
    setup() {
      form = useSettingsForm(() => all.map(({ name }) => name))
      return { form, names: all.map(({ name }) => name) }
    },
    template: '<SettingField v-for="name in names" :key="name" :name="name" :form="form" />',
  })
  const page = mount(host, { global: { plugins: [createPinia(), PiniaColada] } })
  await flushPromises()
  if (!form) throw new Error('no form')
  return { page, form }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  })

describe('the settings form', () => {
  it('has no field for what the environment sets, and says who sets it', async () => {
    const { page } = await formWith(() => json({ settings: all }))
    expect(page.findAll('input')).toHaveLength(2)
    expect(page.text()).toContain('The environment sets this (FIXED)')
  })

  it('never shows a secret, and asks before there is a field for it', async () => {
    const { page } = await formWith(() => json({ settings: all }))
    expect(page.find('input[type=password]').exists()).toBe(false)
    const replace = page.findAll('button').find((button) => button.text() === 'Replace')
    await replace?.trigger('click')
    expect(page.find<HTMLInputElement>('input[type=password]').element.value).toBe('')
  })

  it('sends what was changed and forgets it when it is stored', async () => {
    const sent: unknown[] = []
    const { form } = await formWith(async (request) => {
      if (request.method === 'PUT') sent.push(await request.json())
      return json({ settings: [url, key, { ...limit, value: '30', source: 'stored' }, fixed] })
    })
    form.edit('LIMIT', '31')
    await form.save()
    expect(sent).toEqual([{ settings: { LIMIT: '31' } }])
    expect(form.changes.value).toEqual({})
  })

  it('puts what is wrong beside its field, and keeps what was typed', async () => {
    const wrong = { field: 'settings.LIMIT', message: 'it must be a whole number from 1 to 100' }
    const { page, form } = await formWith((request) =>
      request.method === 'PUT'
        ? json({ detail: 'wrong', code: 'invalid', errors: [wrong] }, 422)
        : json({ settings: all }),
    )
    form.edit('LIMIT', '900')
    await expect(form.save()).rejects.toBeInstanceOf(ApiFailure)
    await flushPromises()
    expect(form.errorOf('LIMIT')).toBe(wrong.message)
    expect(page.text()).toContain('It must be a whole number from 1 to 100.')
    expect(form.changes.value).toEqual({ LIMIT: '900' })
    form.edit('LIMIT', '90')
    expect(form.errorOf('LIMIT')).toBeUndefined()
  })

  it('names fields without the part of the path that all have', () => {
    expect(errorsOf([{ field: 'settings.TZ', message: 'no' }])).toEqual({ TZ: 'no' })
  })
})

describe('who requests, while Seerr is away', () => {
  const who = setting('OVERSEERR_USER_ID', { kind: 'number', value: '2', default: '0' })

  async function pageWhere(users: () => Response) {
    vi.stubGlobal('fetch', (request: Request) => {
      const path = new URL(request.url).pathname
      if (path === '/api/overseerr/users') return Promise.resolve(users())
      return Promise.resolve(json(path === '/api/settings' ? { settings: [who] } : {}))
    })
    const pinia = createPinia()
    const page = mount(SeerrSection, {
      global: { plugins: [pinia, PiniaColada], stubs: { SaveBar: true } },
    })
    useSession(pinia).session = { access: 'admin' } as Session
    await flushPromises()
    return page
  }

  it('is still chosen by what 0 means, and the number is explained', async () => {
    const page = await pageWhere(() => json({ detail: 'no answer', code: 'unreachable' }, 502))
    const options = page.findAll('option').map((option) => option.text())
    expect(options).toEqual(['The owner of the API key', 'User 2'])
    expect(page.find('select').element.value).toBe('2')
    expect(page.text()).toContain('The names are back when it answers.')
  })

  it('is called by name again once Seerr answers', async () => {
    const page = await pageWhere(() => json({ users: [{ id: '2', display_name: 'Bea' }] }))
    expect(page.findAll('option').map((option) => option.text())).toContain('Bea')
    expect(page.text()).not.toContain('The names are back when it answers.')
  })
})

describe('the choice of when to sync', () => {
  const every12 = { on: true, times: '', hours: 12 }
  const nightly = { on: true, times: '0 4 * * *', hours: 12 }

  it('is read from the switch, the times and the hours', () => {
    expect(choiceOf(every12).mode).toBe('interval')
    expect(choiceOf(nightly)).toEqual({ mode: 'times', hours: 12, times: '0 4 * * *' })
    expect(choiceOf({ ...nightly, on: false }).mode).toBe('off')
    expect(choiceOf({ on: true, times: '', hours: 0 }).mode).toBe('off')
  })

  it('sends nothing for what holds already', () => {
    for (const stored of [every12, nightly, { ...nightly, on: false }]) {
      expect(changesFor(choiceOf(stored), stored)).toEqual({ settings: {}, hours: null })
    }
  })

  it('takes the times away when an interval is chosen, since they would count before it', () => {
    expect(changesFor({ ...choiceOf(nightly), mode: 'interval', hours: 6 }, nightly)).toEqual({
      settings: { SYNC_SCHEDULE: null },
      hours: 6,
    })
  })

  it('switches on and off', () => {
    const off = { ...every12, on: false }
    expect(changesFor({ ...choiceOf(every12), mode: 'off' }, every12).settings).toEqual({
      AUTO_SYNC: 'false',
    })
    expect(changesFor({ ...choiceOf(off), mode: 'times' }, off)).toEqual({
      settings: { AUTO_SYNC: 'true', SYNC_SCHEDULE: '0 4 * * *' },
      hours: null,
    })
  })

  it('counts an interval from the last sync, and never into the past', () => {
    const at = Date.parse('2026-11-22T12:00:00Z')
    const first = (last: string | null) => intervalTimes(6, last, at, 2).map((t) => t.toISOString())
    expect(first('2026-11-22T10:00:00Z')[0]).toBe('2026-11-22T16:00:00.000Z')
    expect(first('2026-11-20T10:00:00Z')[0]).toBe('2026-11-22T12:00:00.000Z')
    expect(intervalTimes(0, null, at)).toEqual([])
  })
})

describe('settings that are new in the API', () => {
  it('are found although no section names them', () => {
    expect(unplaced(['TZ', 'OVERSEERR_URL', 'BRAND_NEW'])).toEqual(['BRAND_NEW'])
  })
})

describe('an account that was edited', () => {
  const bea = {
    id: 2,
    username: 'bea',
    role: 'user' as const,
    seerr_user: null,
    disabled: false,
    has_password: true,
    created_at: '2026-11-22T12:00:00Z',
    last_login: null,
  }

  it('is sent with what differs, and with a password only if there is one', () => {
    const draft = { username: 'bea', password: '', role: 'admin' as const, seerr_user: 0 }
    expect(userChanges(bea, draft)).toEqual({ role: 'admin' })
    expect(userChanges(null, { ...draft, password: 'long enough' })).toEqual({
      username: 'bea',
      password: 'long enough',
      role: 'admin',
    })
  })
})
