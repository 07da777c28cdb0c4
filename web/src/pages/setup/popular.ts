/** A few lists to begin with: of sources that need no key, or have theirs. */
import type { Provider } from '@/api/types'

export interface Popular {
  /** What the field takes: "imdb:top". */
  list: string
  title: string
  source: string
}

/** Of the first source, and of each other. */
const OF_FIRST = 4
const OF_OTHERS = 2

/** Trakt's charts are read with the client id that Trakt's lists need. */
const keyOf: Record<string, string> = { trakt_special: 'TRAKT_CLIENT_ID' }

export function popularLists(providers: Provider[]): Popular[] {
  const set = new Set(
    providers.flatMap(({ options }) =>
      options.filter((each) => each.is_set).map(({ name }) => name),
    ),
  )
  const usable = providers.filter(({ name }) => {
    const key = keyOf[name]
    return !key || set.has(key)
  })
  const each = usable.map(({ name, title, presets }, at) =>
    presets.slice(0, at ? OF_OTHERS : OF_FIRST).map((preset) => ({
      list: `${name}:${preset.list_id}`,
      title: preset.title,
      source: title,
    })),
  )
  return each.flat()
}
