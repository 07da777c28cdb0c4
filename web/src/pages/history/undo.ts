/** Taking back what a run requested: the question, the deed, and what came of it in words. */
import { ref, watch } from 'vue'
import { api, sentenceOf, take } from '@/api/client'
import type { Undone } from '@/api/types'
import english from '@/text/en/history.json'
import { formatAll, useText } from '@/text/text'
import { confirm } from '@/ui/confirm'
import { tellError } from '@/ui/toasts'
import { titleWithYear } from '@/words/words'

const NAMED = 3

const text = useText('history', english)

/** "Heat (1995), Alien (1979) and 5 more" */
export function namesOf(items: { title: string; year: number | null }[], all: number): string {
  const names = items.slice(0, NAMED).map(titleWithYear)
  const rest = all - names.length
  return formatAll(rest > 0 ? [...names, text('and_more', { n: rest })] : names)
}

/** Why requests were not withdrawn, each answer once, the most frequent first. */
export function outcomesOf(requests: { outcome: string; message: string }[]) {
  const counts = new Map<string, number>()
  for (const { outcome, message } of requests) {
    if (outcome === 'withdrawn') continue
    const why = message || outcome
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  return [...counts].map(([why, n]) => ({ why, n })).sort((one, other) => other.n - one.n)
}

async function firstRequested(run: number) {
  const query = { status: 'requested', limit: NAMED } as const
  return take(api.GET('/api/runs/{id}/items', { params: { path: { id: run }, query } }))
}

export function useUndo(run: () => number) {
  const busy = ref(false)
  const undone = ref<Undone | null>(null)
  watch(run, () => (undone.value = null))

  async function undo() {
    try {
      const { items, total } = await firstRequested(run())
      const sentence = text('undo_sentence', { n: total, names: namesOf(items, total) })
      const question = { title: text('undo_title'), sentence, action: text('undo_action') }
      if (!(await confirm({ ...question, danger: true }))) return
      busy.value = true
      const call = api.POST('/api/runs/{id}/undo', { params: { path: { id: run() } } })
      undone.value = await take(call)
    } catch (error) {
      tellError(sentenceOf(error))
    } finally {
      busy.value = false
    }
  }

  return { busy, undone, undo }
}
