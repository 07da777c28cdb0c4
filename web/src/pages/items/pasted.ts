/** What somebody typed or pasted to say what a title is. */
export interface Pasted {
  /** Null: a bare number, which may be either. */
  media_type: 'movie' | 'tv' | null
  tmdb_id?: number
  imdb_id?: string
}

export const MOST_NUMBER = 2_147_483_647
const addresses: [RegExp, 'movie' | 'tv' | null][] = [
  [/themoviedb\.org\/(?:[a-z]{2}(?:-[A-Z]{2})?\/)?movie\/(\d+)/i, 'movie'],
  [/themoviedb\.org\/(?:[a-z]{2}(?:-[A-Z]{2})?\/)?tv\/(\d+)/i, 'tv'],
  // Seerr's own pages have the same numbers.
  [/^https?:\/\/[^?#]+\/movie\/(\d+)/i, 'movie'],
  [/^https?:\/\/[^?#]+\/tv\/(\d+)/i, 'tv'],
  [/^tmdb[:= ]\s*(\d+)$/i, null],
  [/^#(\d+)$/, null],
]

/** Null: it is a title to look for. A bare number is one too: there are films called 1917. */
export function parsePasted(typed: string): Pasted | null {
  const said = typed.trim()
  const imdb = /(?:^|imdb\.com\/(?:[a-z-]+\/)?title\/|imdb[:=]\s*)(tt\d{5,10})(?:\b|$)/i.exec(said)
  if (imdb?.[1]) return { media_type: null, imdb_id: imdb[1].toLowerCase() }
  for (const [form, media_type] of addresses) {
    const number = Number(form.exec(said)?.[1])
    if (number > 0 && number <= MOST_NUMBER) return { media_type, tmdb_id: number }
  }
  return null
}

/** How Seerr's search is asked for an id. */
export const searchOf = (typed: string, pasted: Pasted | null): string =>
  pasted?.imdb_id
    ? `imdb:${pasted.imdb_id}`
    : pasted?.tmdb_id
      ? `tmdb:${pasted.tmdb_id}`
      : typed.trim()
