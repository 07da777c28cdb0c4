/**
 * Keys. A shortcut is one key ("d", "/", "?"), or one with Ctrl or Command ("mod+k"). Single keys
 * count only while nothing is being typed and no dialog is open. The newest handler of a key wins,
 * so that a page may have its own `/`.
 */
import { onScopeDispose } from 'vue'

type Handler = (event: KeyboardEvent) => void

const handlers = new Map<string, Handler[]>()

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

export function useShortcut(key: string, handler: Handler) {
  const of = handlers.get(key) ?? []
  handlers.set(key, of)
  of.push(handler)
  onScopeDispose(() => of.splice(of.indexOf(handler), 1))
}
