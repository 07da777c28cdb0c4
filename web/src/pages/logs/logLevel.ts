/** How much ListSync, and each part of it, writes into its log until it is started again. */
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { api, take } from '@/api/client'
import english from '@/text/en/logs.json'
import { useText } from '@/text/text'
import { attempt, tell } from '@/ui/toasts'
import { levelMark, levels, type Level } from '@/words/words'

const KEY = ['log-level']
const text = useText('logs', english)
const wordOf = (level: Level) => levelMark(level).word.toLocaleLowerCase()

export function useLogLevel() {
  const cache = useQueryCache()
  const query = useQuery({ key: KEY, query: () => take(api.GET('/api/logs/level')), staleTime: 0 })

  const level = computed({
    get: (): Level => query.data.value?.level ?? 'info',
    set: (wanted) =>
      void attempt(async () => {
        await put({ level: wanted })
        tell(text('level_changed', { level: wordOf(wanted) }))
      }),
  })
  /** Those that differ from all. */
  const ofParts = computed(() => query.data.value?.parts ?? {})

  async function put(body: { level: Level; parts?: Record<string, Level> }) {
    cache.setQueryData(KEY, await take(api.PUT('/api/logs/level', { body })))
  }

  /** Null: as all. */
  function setPart(part: string, wanted: Level | null) {
    const others = Object.entries(ofParts.value).filter(([name]) => name !== part)
    const all = wanted ? [...others, [part, wanted] as const] : others
    return attempt(() => put({ level: level.value, parts: Object.fromEntries(all) }))
  }

  const resetParts = () => attempt(() => put({ level: level.value, parts: {} }))

  const options = levels.map((one) => ({
    value: one,
    label: text('writes', { level: wordOf(one) }),
  }))
  return { level, ofParts, setPart, resetParts, options }
}

export type LogLevels = ReturnType<typeof useLogLevel>
