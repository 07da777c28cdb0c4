/**
 * Keys. A shortcut is one key ("d", "/", "?"), or one with Ctrl or Command ("mod+k"). Single keys
 * count only while nothing is being typed and no dialog is open. The newest handler of a key wins,
 * so that a page may have its own `/`. What a key of a page means stands in the help while the page
 * is there.
 */
import { onScopeDispose } from 'vue'

type Handler = (event: KeyboardEvent) => void
type Meaning = () => string

const handlers = new Map<string, Handler[]>()
const meanings = new Map<string, Meaning[]>()

/** Keeps the value under the key as long as the component lives. */
function keep<T>(map: Map<string, T[]>, key: string, value: T) {
  const of = map.get(key) ?? []
  map.set(key, of)
  of.push(value)
  onScopeDispose(() => of.splice(of.indexOf(value), 1))
}

/** A box that is ticked is an input too, but nobody types into it. */
const typedInto = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches(typedInto)

const keyOf = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey ? 'mod+' : '') +
  (event.key.length === 1 ? event.key.toLowerCase() : event.key)

function handle(event: KeyboardEvent) {
  if (event.altKey || event.defaultPrevented) return
  const key = keyOf(event)
  const handler = handlers.get(key)?.at(-1)
  if (!handler) return
  const plain = !key.startsWith('mod+')
  if (plain && (isTyping(event.target) || document.querySelector('dialog[open]'))) return
  event.preventDefault()
  handler(event)
}

export function listenForShortcuts() {
  document.addEventListener('keydown', handle)
}

export function useShortcut(key: string, handler: Handler, meaning?: Meaning) {
  keep(handlers, key, handler)
  if (meaning) keep(meanings, key, meaning)
}

/** For keys that something on the page hears itself. */
export const useKeyHelp = (keys: string, meaning: Meaning) => keep(meanings, keys, meaning)

/** The keys of what is on the page now, and what they do. */
export const keysOfPage = () =>
  [...meanings].flatMap(([key, of]) => of.slice(-1).map((meaning) => [key, meaning()] as const))
