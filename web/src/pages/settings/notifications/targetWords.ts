/** What a target is told, when, and what became of it: in words. */
import type { Delivery, NotifierField, Target, TargetForm } from '@/api/types'
import { timeOfDay, weekdayName } from '@/text/dayTime'
import english from '@/text/en/notifications.json'
import { formatAll, useText } from '@/text/text'
import { asSentence, type Mark, type Tone } from '@/words/words'

const text = useText('notifications', english)
type Key = keyof typeof english

/** Words of the API that this page has no words for are told as they are. */
const known = (key: string, otherwise: string) => (key in english ? text(key as Key) : otherwise)

export const forms: TargetForm[] = ['changes', 'each_run', 'errors', 'daily', 'weekly']

export type Choice = Pick<
  Target,
  'form' | 'events' | 'digest_at' | 'digest_weekday' | 'quiet_from' | 'quiet_until'
>

/** Whether its quiet hours end when they begin: that might be all day or never. */
export const isQuietUnclear = ({ quiet_from, quiet_until }: Choice) =>
  quiet_from !== null && quiet_from === quiet_until

export const eventWord = (event: string) => known(`event_${event}`, event)

/** A target that is told of errors alone is told of no new requests, whatever it chose. */
export const eventsFor = (form: TargetForm, events: string[]) =>
  form === 'errors' ? events.filter((event) => event !== 'requested') : events

const whenWords = (choice: Choice) =>
  text(`told_${choice.form}`, {
    time: timeOfDay(choice.digest_at),
    day: weekdayName(choice.digest_weekday),
  })

/** "After each sync that did something. Only: new requests. Quiet from 22:00 to 07:00." */
export function toldWords(choice: Choice, allEvents: string[]): string {
  const all = eventsFor(choice.form, allEvents)
  const told = all.filter((event) => choice.events.includes(event as Target['events'][number]))
  const only = told.length
    ? text('told_only', { what: formatAll(told.map((event) => known(`only_${event}`, event))) })
    : text('told_nothing')
  const quiet =
    choice.quiet_from !== null && choice.quiet_until !== null
      ? text('told_quiet', {
          from: timeOfDay(choice.quiet_from),
          until: timeOfDay(choice.quiet_until),
        })
      : ''
  return [whenWords(choice), told.length === all.length ? '' : only, quiet]
    .filter(Boolean)
    .join(' ')
}

const stateTones: Record<Delivery['state'], Tone> = {
  waiting: 'waiting',
  sending: 'requested',
  delivered: 'available',
  failed: 'needs',
  unknown: 'waiting',
  collected: 'skipped',
  dropped: 'skipped',
}

/** These words stand here alone, and not with those that come with every page. */
export function deliveryMark(delivery: Pick<Delivery, 'state' | 'in_digest'>): Mark {
  const isForDigest = delivery.state === 'waiting' && delivery.in_digest
  return {
    tone: isForDigest ? 'skipped' : stateTones[delivery.state],
    word: text(isForDigest ? 'state_for_digest' : `state_${delivery.state}`),
  }
}

export const fieldLabel = (kind: string, name: string) =>
  known(`label_${kind}_${name}`, known(`label_${name}`, name.replaceAll('_', ' ')))

export const fieldHelp = (field: NotifierField) =>
  known(`help_${field.name}`, asSentence(field.help))

export const choiceWord = (name: string, word: string) => known(`choice_${name}_${word}`, word)

/** How a target stands. */
export function targetMark(
  target: Pick<Target, 'problem' | 'disabled' | 'held_up' | 'is_on'>,
): Mark {
  if (target.problem) return { tone: 'needs', word: text('stands_broken') }
  if (target.disabled) return { tone: 'needs', word: text('stands_stopped') }
  if (target.is_on && target.held_up) return { tone: 'needs', word: text('stands_held_up') }
  return target.is_on
    ? { tone: 'available', word: text('stands_on') }
    : { tone: 'skipped', word: text('stands_off') }
}
