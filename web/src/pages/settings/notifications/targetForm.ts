/**
 * A target that is being added or changed: what was typed stands beside what holds. Only what
 * differs is sent; a secret only when a new one was typed, or it is taken away.
 */
import type { FieldError } from '@/api/client'
import type { Notifier, NotifierField, Target } from '@/api/types'
import type { Choice } from './targetWords'

/** Which sentence belongs beside which field; the name in it is that of the API. */
export const errorsOf = (fields: FieldError[]): Record<string, string> =>
  Object.fromEntries(
    fields.map(({ field, message }) => {
      const name = field.replace(/^settings\./, '')
      return [name, message.replace('is wrong: ', '').replace(`${name} `, '')]
    }),
  )

/** By name: a new value, or null to take away what is stored. */
export type SettingsDraft = Record<string, string | null>

export interface TargetDraft extends Choice {
  name: string
  settings: SettingsDraft
}

/** How a new target is told, and a name that no other has. */
export function draftOf(
  notifier: Notifier,
  target: Target | null,
  names: string[],
  allEvents: Target['events'],
): TargetDraft {
  if (target) {
    const { name, form, events, digest_at, digest_weekday, quiet_from, quiet_until } = target
    const choice = { form, events: [...events], digest_at, digest_weekday, quiet_from, quiet_until }
    return { name, ...choice, settings: {} }
  }
  let name = notifier.title
  for (let number = 2; names.includes(name); number++) name = `${notifier.title} ${number}`
  return {
    name,
    form: 'changes',
    events: [...allEvents],
    digest_at: '09:00',
    digest_weekday: 1,
    quiet_from: null,
    quiet_until: null,
    settings: {},
  }
}

/** What a field without a secret shows: what was typed, what is stored, otherwise its default. */
export function fieldValue(field: NotifierField, target: Target | null, draft: SettingsDraft) {
  const stored = target?.settings[field.name]
  const isChosen = field.kind === 'switch' || field.kind === 'choice'
  return draft[field.name] ?? stored ?? (isChosen ? (field.default ?? '') : '')
}

function changeOf(field: NotifierField, target: Target | null, typed: string | null) {
  if (field.is_secret) {
    if (typed === null) return target?.secrets_set.includes(field.name) ? '' : undefined
    return typed === '' ? undefined : typed
  }
  const stored = target?.settings[field.name]
  const wanted = typed?.trim() ?? ''
  if (stored === undefined && wanted === (field.default ?? '')) return undefined
  return wanted === (stored ?? '') ? undefined : wanted
}

/** The settings that were changed; "" takes one away. */
export function settingsOf(fields: NotifierField[], target: Target | null, draft: SettingsDraft) {
  const changes: Record<string, string> = {}
  for (const field of fields) {
    const typed = draft[field.name]
    const change = typed === undefined ? undefined : changeOf(field, target, typed)
    if (change !== undefined) changes[field.name] = change
  }
  return changes
}

const sameEvents = (one: string[], other: string[]) =>
  one.length === other.length && one.every((event) => other.includes(event))

/** What is sent of the choice: all of a new target's, of another what differs. */
export function choiceChanges(target: Target | null, draft: Choice): Partial<Choice> {
  const { form, events, digest_at, digest_weekday, quiet_from, quiet_until } = draft
  const isDigest = form === 'daily' || form === 'weekly'
  const isQuietChanged = quiet_from !== target?.quiet_from || quiet_until !== target.quiet_until
  return {
    ...(form !== target?.form ? { form } : {}),
    ...(sameEvents(events, target?.events ?? []) ? {} : { events }),
    ...(isDigest && digest_at !== target?.digest_at ? { digest_at } : {}),
    ...(form === 'weekly' && digest_weekday !== target?.digest_weekday ? { digest_weekday } : {}),
    ...(isQuietChanged ? { quiet_from, quiet_until } : {}),
  }
}

export function changesOf(notifier: Notifier, target: Target, draft: TargetDraft) {
  const settings = settingsOf(notifier.fields, target, draft.settings)
  const name = draft.name.trim()
  return {
    ...(name !== target.name ? { name } : {}),
    ...choiceChanges(target, draft),
    ...(Object.keys(settings).length ? { settings } : {}),
  }
}

export const newTarget = (notifier: Notifier, draft: TargetDraft) => ({
  name: draft.name.trim(),
  kind: notifier.kind,
  ...choiceChanges(null, draft),
  settings: settingsOf(notifier.fields, null, draft.settings),
})
