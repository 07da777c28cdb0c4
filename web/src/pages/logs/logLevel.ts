/** How much ListSync writes into its log at all, until it is started again. */
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { api, sentenceOf, take } from '@/api/client'
import english from '@/text/en/logs.json'
import { useText } from '@/text/text'
import { tell, tellError } from '@/ui/toasts'
import { levelMark, levels, type Level } from '@/words/words'

const KEY = ['log-level']
const text = useText('logs', english)
const wordOf = (level: Level) => levelMark(level).word.toLocaleLowerCase()

export function useLogLevel() {
  const cache = useQueryCache()
  const query = useQuery({ key: KEY, query: () => take(api.GET('/api/logs/level')), staleTime: 0 })

  async function change(wanted: Level) {
    try {
      cache.setQueryData(KEY, await take(api.PUT('/api/logs/level', { body: { level: wanted } })))
      tell(text('level_changed', { level: wordOf(wanted) }))
    } catch (error) {
      tellError(sentenceOf(error))
    }
  }

  const level = computed({
    get: (): Level => query.data.value?.level ?? 'info',
    set: (wanted) => void change(wanted),
  })
  const options = levels.map((one) => ({
    value: one,
    label: text('writes', { level: wordOf(one) }),
  }))
  return { level, options }
}
