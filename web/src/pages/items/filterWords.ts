/** What filters are called: as choices and as chips. */
import { useLists, useProviders } from '@/api/queries'
import english from '@/text/en/items.json'
import words from '@/text/en/words.json'
import { useText } from '@/text/text'
import { decisionMark, statusMark } from '@/words/words'
import {
  decisions,
  kinds,
  needs,
  sorts,
  statuses,
  type FilterName,
  type ItemQuery,
} from './filters'

interface Option {
  value: string
  label: string
}
type Chosen = 'media_type' | 'status' | 'decision' | 'list' | 'provider'

const text = useText('items', english)
const word = useText('words', words)
const kindsWord = (kind: 'movie' | 'tv') => word(`kinds_${kind}`)
const statusWord = (status: string) => statusMark({ status }).word
const decisionWord = (decision: string) => decisionMark(decision).word

const option =
  <T extends string>(label: (value: T) => string) =>
  (value: T): Option => ({ value, label: label(value) })

const needOptions = (): Option[] => [
  { value: '', label: text('any_need') },
  { value: 'any', label: text('need_any') },
  ...needs.map(option((need) => text(`need_${need}`))),
]
const sortOptions = (): Option[] => sorts.map(option((sort) => text(`sort_${sort}`)))

export function useFilterWords() {
  const lists = useLists()
  const providers = useProviders()

  const choices: Record<Chosen, () => Option[]> = {
    media_type: () => kinds.map(option(kindsWord)),
    status: () => statuses.map(option(statusWord)),
    decision: () => decisions.map(option(decisionWord)),
    list: () =>
      (lists.data.value?.lists ?? []).map((list) => ({
        value: String(list.id),
        label: list.display_name,
      })),
    provider: () =>
      (providers.data.value?.providers ?? []).map((provider) => ({
        value: provider.name,
        label: provider.title,
      })),
  }
  const named = (name: Chosen, value: string) =>
    choices[name]().find((choice) => choice.value === value)?.label

  /** Choices, and what the address names although it is none of them. */
  function options(name: Chosen, value: string): Option[] {
    const all = [{ value: '', label: text(`any_${name}`) }, ...choices[name]()]
    if (all.some((choice) => choice.value === value)) return all
    return [...all, { value, label: name === 'status' ? statusWord(value) : value }]
  }

  const chips: Partial<Record<FilterName, (query: ItemQuery) => string>> = {
    media_type: (query) => (query.media_type ? kindsWord(query.media_type) : ''),
    status: (query) => statusWord(query.status ?? ''),
    decision: (query) => `${text('decision')}: ${decisionWord(query.decision ?? '')}`,
    list: ({ list }) => named('list', String(list)) ?? text('list_unknown', { id: String(list) }),
    provider: ({ provider }) => named('provider', provider ?? '') ?? provider ?? '',
    year_from: (query) => text('chip_year_from', { year: String(query.year_from) }),
    year_to: (query) => text('chip_year_to', { year: String(query.year_to) }),
    need: ({ need }) => (need ? text(`need_${need}`) : ''),
    needs_person: () => text('need_any'),
    ignored: () => text('chip_ignored'),
  }
  const chip = (name: FilterName, query: ItemQuery) => chips[name]?.(query) ?? name

  return { options, needOptions, sortOptions, chip }
}
