/** j and k go from row to row, x chooses the row; rows are links that carry `data-row`. */
import { useShortcut } from '@/app/shortcuts'

const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row]')]
const focused = () => document.activeElement?.closest('tbody, li')?.querySelector('[data-row]')

function move(step: number) {
  const all = rows()
  const at = all.findIndex((row) => row === focused())
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus()
}

export function useRowKeys(choose: (id: number) => void) {
  useShortcut('j', () => move(1))
  useShortcut('k', () => move(-1))
  useShortcut('x', () => {
    const id = Number(focused()?.getAttribute('data-id'))
    if (id) choose(id)
  })
}
