/** j and k go from row to row of a page; rows are links that carry `data-row`. */
import { useShortcut } from '@/app/shortcuts'
import english from '@/text/en/row-keys.json'
import { useText } from '@/text/text'

const text = useText('row-keys', english)
const ROW = 'li, tbody, tr'

const links = () => [...document.querySelectorAll<HTMLElement>('[data-row]')]

/** `targets`: what takes the focus in each row, if not its link. */
export function useRowKeys(targets = links) {
  const isFocused = (row: HTMLElement) =>
    row.closest(ROW)?.contains(document.activeElement) ?? false

  function step(by: number) {
    const all = targets()
    const at = all.findIndex(isFocused)
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]
    next?.focus({ preventScroll: true })
    next?.closest(ROW)?.scrollIntoView({ block: 'nearest' })
  }
  useShortcut(
    'j',
    () => step(1),
    () => text('next'),
  )
  useShortcut(
    'k',
    () => step(-1),
    () => text('previous'),
  )

  /** The row that has the focus. */
  return () => targets().find(isFocused)
}
