import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import type { Notifier, NotifierField, Target } from '@/api/types'
import TargetEdit from '@/pages/settings/notifications/TargetEdit.vue'
import TargetRow from '@/pages/settings/notifications/TargetRow.vue'
import {
  changesOf,
  draftOf,
  errorsOf,
  fieldValue,
  newTarget,
  settingsOf,
} from '@/pages/settings/notifications/targetForm'
import {
  deliveryMark,
  eventsFor,
  fieldLabel,
  targetMark,
  toldWords,
} from '@/pages/settings/notifications/targetWords'

const field = (name: string, about: Partial<NotifierField> = {}): NotifierField => ({
  name,
  kind: 'text',
  is_required: false,
  is_secret: false,
  help: '',
  default: null,
  low: null,
  high: null,
  words: [],
  variable: null,
  ...about,
})

const ntfy: Notifier = {
  kind: 'ntfy',
  title: 'ntfy',
  help: '',
  fields: [
    field('server', { kind: 'url', default: 'https://ntfy.sh' }),
    field('topic', { is_secret: true, is_required: true }),
    field('token', { is_secret: true }),
    field('priority', { kind: 'number', default: '3', low: 1, high: 5 }),
    field('silent', { kind: 'switch', default: 'false' }),
  ],
}

const events: Target['events'] = ['requested', 'needs_person', 'run']

const target: Target = {
  id: 1,
  name: 'Phone',
  kind: 'ntfy',
  from_environment: false,
  is_on: true,
  form: 'changes',
  events,
  digest_at: '09:00',
  digest_weekday: 1,
  quiet_from: null,
  quiet_until: null,
  settings: { priority: '4' },
  secrets_set: ['topic'],
  problem: null,
  held_up: null,
  tried_again_at: null,
  disabled: null,
  disabled_at: null,
  created_at: '2026-11-22T12:00:00Z',
}

const draft = () => draftOf(ntfy, target, ['Phone'], events)

describe('what is sent of a target', () => {
  it('is nothing when nothing was changed', () => {
    expect(changesOf(ntfy, target, draft())).toEqual({})
  })

  it('is what differs, without secrets that were not touched', () => {
    const settings = { priority: '5', topic: '', token: 'new', server: '' }
    expect(changesOf(ntfy, target, { ...draft(), name: ' Sofa ', settings })).toEqual({
      name: 'Sofa',
      settings: { priority: '5', token: 'new' },
    })
  })

  it('takes a stored value away when its field is emptied, and a secret when that is asked for', () => {
    expect(settingsOf(ntfy.fields, target, { priority: '', topic: null, token: null })).toEqual({
      priority: '',
      topic: '',
    })
  })

  it('has no default that was switched to and fro', () => {
    expect(settingsOf(ntfy.fields, target, { silent: 'false', server: 'https://ntfy.sh' })).toEqual(
      {},
    )
    expect(settingsOf(ntfy.fields, target, { silent: 'true' })).toEqual({ silent: 'true' })
  })

  it('does not tell the order of events as a change', () => {
    const turned = { ...draft(), events: [...events].reverse() }
    expect(changesOf(ntfy, target, turned)).toEqual({})
    expect(changesOf(ntfy, target, { ...turned, events: ['run'] })).toEqual({ events: ['run'] })
  })

  it('has the time of a digest only with a digest, and both ends of quiet hours', () => {
    expect(changesOf(ntfy, target, { ...draft(), digest_at: '10:00' })).toEqual({})
    expect(
      changesOf(ntfy, target, {
        ...draft(),
        form: 'weekly',
        digest_at: '10:00',
        digest_weekday: 0,
      }),
    ).toEqual({ form: 'weekly', digest_at: '10:00', digest_weekday: 0 })
    const quiet = { ...target, quiet_from: '22:00', quiet_until: '07:00' }
    const none = { ...draft(), quiet_from: null, quiet_until: null }
    expect(changesOf(ntfy, quiet, none)).toEqual({ quiet_from: null, quiet_until: null })
  })

  it('is complete for a new one, under a name that no other has', () => {
    const made = draftOf(ntfy, null, ['ntfy', 'ntfy 2'], events)
    made.settings = { topic: 'films' }
    expect(newTarget(ntfy, made)).toEqual({
      name: 'ntfy 3',
      kind: 'ntfy',
      form: 'changes',
      events,
      quiet_from: null,
      quiet_until: null,
      settings: { topic: 'films' },
    })
  })
})

describe('a field of a service', () => {
  it('has what is wrong with it beside it, without the words of the API', () => {
    const wrong = { field: 'settings.url', message: 'is wrong: url wants a web address' }
    const name = { field: 'name', message: 'another target has it' }
    expect(errorsOf([wrong, name])).toEqual({
      url: 'wants a web address',
      name: 'another target has it',
    })
  })

  it('shows what was typed, then what is stored; a default only where something is chosen', () => {
    const [server, , , priority, silent] = ntfy.fields
    if (!server || !priority || !silent) throw new Error('no fields')
    expect(fieldValue(priority, target, {})).toBe('4')
    expect(fieldValue(priority, target, { priority: '' })).toBe('')
    expect(fieldValue(silent, target, {})).toBe('false')
    expect(fieldValue(server, target, {})).toBe('')
  })

  it('has the label of its service before the general one, and its name when it is new', () => {
    expect(fieldLabel('discord', 'username')).toBe('Name it writes under')
    expect(fieldLabel('email', 'username')).toBe('Login')
    expect(fieldLabel('email', 'brand_new')).toBe('brand new')
  })
})

describe('what a target is told, in words', () => {
  it('is when, what if not all, and the quiet hours', () => {
    expect(toldWords(target, events)).toBe('After each sync that did something.')
    const some = { ...target, events: ['requested', 'run'] as Target['events'] }
    expect(toldWords(some, events)).toContain('Only new requests and syncs that failed.')
    const weekly = { ...target, form: 'weekly' as const, quiet_from: '22:00', quiet_until: '07:00' }
    expect(toldWords(weekly, events)).toMatch(
      /^Every Monday at .*9:00.*, all in one message\. Quiet from .+ to .+\.$/,
    )
    expect(toldWords({ ...target, events: [] }, events)).toContain('it is told nothing')
  })

  it('knows that errors alone leave new requests out', () => {
    const errors = { ...target, form: 'errors' as const }
    expect(eventsFor('errors', events)).toEqual(['needs_person', 'run'])
    expect(toldWords(errors, events)).toBe('Only when something is wrong or needs you.')
  })

  it('says what stopped it before whether it is on', () => {
    expect(targetMark(target).tone).toBe('available')
    expect(targetMark({ ...target, is_on: false }).tone).toBe('skipped')
    expect(targetMark({ ...target, disabled: 'the webhook was deleted' }).tone).toBe('needs')
    expect(targetMark({ ...target, problem: 'its settings cannot be read' }).tone).toBe('needs')
  })

  it('tells a message that waits for its digest from one that waits to be sent', () => {
    expect(deliveryMark({ state: 'waiting', in_digest: true }).word).toBe('Waits for the digest')
    expect(deliveryMark({ state: 'waiting', in_digest: false }).tone).toBe('waiting')
    expect(deliveryMark({ state: 'failed', in_digest: false }).tone).toBe('needs')
  })
})

describe('a target on the page', () => {
  const plugins = [createPinia(), PiniaColada]
  const about = {
    notifiers: [ntfy],
    events: events.map((word) => ({ word, meaning: '' })),
    forms: [],
  }
  const sent: string[] = []

  function answering(bodies: Record<string, unknown>) {
    sent.length = 0
    const all = { 'GET /api/notifications/deliveries': { deliveries: [] }, ...bodies }
    vi.stubGlobal('fetch', (request: Request) => {
      const call = `${request.method} ${new URL(request.url).pathname}`
      sent.push(call)
      return Promise.resolve(new Response(JSON.stringify(all[call as keyof typeof all] ?? {})))
    })
  }
  const pressing = (page: ReturnType<typeof mount>, label: string) =>
    page
      .findAll('button')
      .find((button) => button.text() === label)
      ?.trigger('click')
  const edit = (of: Partial<Target> = {}) =>
    mount(TargetEdit, {
      props: { notifier: ntfy, target: { ...target, ...of }, targets: [], events: about.events },
      global: { plugins },
    })
  const row = (of: Partial<Target> = {}) =>
    mount(TargetRow, { props: { target: { ...target, ...of }, about }, global: { plugins } })

  it('says from the first attempt on why its messages wait, and until when', async () => {
    answering({})
    const page = row({
      held_up: 'ntfy.lan does not answer',
      tried_again_at: new Date(Date.now() + 600_000).toISOString(),
    })
    await flushPromises()
    expect(page.text()).toContain('Not reached')
    expect(page.text()).toContain('Ntfy.lan does not answer. Next attempt: in 10')
  })

  it('says in its row what its last test said, wherever that was begun', async () => {
    answering({
      'POST /api/notifications/test': { success: false, message: 'ntfy did not take it: 403' },
    })
    const page = edit()
    await pressing(page, 'Send a test message')
    await flushPromises()
    page.unmount()

    const later = row()
    await flushPromises()
    expect(later.text()).toContain('Does not work Ntfy did not take it: 403.')
    expect(later.text()).toMatch(/Tested (now|\d)/)
  })

  it('forgets the test when it is changed without another', async () => {
    answering({
      'PUT /api/notifications/1': target,
    })
    const page = edit()
    await page.find('input[type=url]').setValue('https://ntfy.example')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(sent).toContain('PUT /api/notifications/1')
    const later = row()
    await flushPromises()
    expect(later.text()).toContain('Nothing was sent to it yet.')
    expect(later.text()).not.toContain('Tested')
  })

  it('is not saved with quiet hours that end when they begin', async () => {
    answering({})
    const page = edit({ quiet_from: '22:00', quiet_until: '22:00' })
    expect(page.text()).toContain('The end must differ from the beginning.')
    await page.find('form').trigger('submit')
    expect(sent.filter((call) => call.startsWith('PUT'))).toEqual([])
    const [, until] = page.findAll('input[type=time]')
    await until?.setValue('07:00')
    expect(page.text()).not.toContain('The end must differ from the beginning.')
    await page.find('form').trigger('submit')
    expect(sent).toContain('PUT /api/notifications/1')
  })
})
