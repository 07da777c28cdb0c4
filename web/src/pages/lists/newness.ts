/** How much of a list is new, in parts that are messages of `list-add`: what matters most first. */
import type { ListPreview } from './recognition'

type Counts = Pick<ListPreview, 'read' | 'known' | 'new_to_seerr' | 'in_seerr' | 'unclear'>

export interface NewnessPart {
  key: 'new' | 'known' | 'new_to_seerr' | 'in_seerr' | 'untold'
  n: number
  isNew: boolean
}

export function newnessOf({ read, known, ...seerr }: Counts): NewnessPart[] {
  const fresh = seerr.new_to_seerr ?? 0
  const there = seerr.in_seerr ?? 0
  // Seerr did not tell, or of no title: what ListSync itself has says more.
  if (!fresh && !there)
    return [
      { key: 'new', n: read - known, isNew: true },
      { key: 'known', n: known, isNew: false },
    ]
  const parts: NewnessPart[] = [
    { key: 'new_to_seerr', n: fresh, isNew: true },
    { key: 'in_seerr', n: there, isNew: false },
    { key: 'untold', n: seerr.unclear ?? 0, isNew: false },
  ]
  return parts.filter((part) => part.n)
}
