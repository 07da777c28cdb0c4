/** What a person may choose from: what Seerr found, and a number that was typed itself. */
import type { Candidate } from './itemQueries'
import { MOST_NUMBER, parsePasted } from './pasted'

export interface Offer {
  key: string
  media_type: 'movie' | 'tv'
  tmdb_id: number
  title: string
  original_title: string
  year: number | null
  overview: string
  /** Nobody looked whether there is such a number. */
  isBare: boolean
}

const keyOf = (kind: string, id: number) => `${kind}-${id}`

function typedNumbers(typed: string): { kind: 'movie' | 'tv'; id: number }[] {
  const pasted = parsePasted(typed)
  const id = pasted?.tmdb_id ?? (/^\d+$/.test(typed.trim()) ? Number(typed) : 0)
  if (!id || id > MOST_NUMBER) return []
  const kinds = pasted?.media_type ? [pasted.media_type] : (['movie', 'tv'] as const)
  return kinds.map((kind) => ({ kind, id }))
}

export function offersOf(typed: string, candidates: Candidate[], kind: string): Offer[] {
  const wanted = parsePasted(typed)?.media_type ?? kind
  const found = candidates.map((candidate) => ({
    ...candidate,
    key: keyOf(candidate.media_type, candidate.tmdb_id),
    isBare: false,
  }))
  const known = new Set(found.map(({ key }) => key))
  const bare = typedNumbers(typed)
    .filter((number) => !known.has(keyOf(number.kind, number.id)))
    .map(({ kind: media_type, id }) => ({
      key: keyOf(media_type, id),
      media_type,
      tmdb_id: id,
      title: '',
      original_title: '',
      year: null,
      overview: '',
      isBare: true,
    }))
  return [...found, ...bare].filter((offer) => !wanted || offer.media_type === wanted)
}
