import english from '@/text/en/copy.json'
import { useText } from '@/text/text'

const words = useText('copy', english)

/** What to say of it. */
export const copySentence = (isDone: boolean) => words(isDone ? 'copied' : 'not_copied')

/** Puts text onto the clipboard; pages served without TLS have only the old way. */
export async function copy(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  const area = document.createElement('textarea')
  area.value = text
  // A modal dialog takes the focus from everything outside it.
  const host = document.querySelector('dialog[open]') ?? document.body
  host.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  return copied
}
