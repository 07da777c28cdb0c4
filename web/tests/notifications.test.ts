import { describe, expect, it } from 'vitest'
import type { Notifier, NotifierField, Target } from '@/api/types'
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
