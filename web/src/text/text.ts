/**
 * Words on the page come from message files, one JSON file per part of the interface
 * (`src/text/en/*.json`). English comes with the page that uses it; another language is a folder
 * beside `en` with the same files, read when it is chosen.
 *
 *     const text = useText('lists', english)   // english: import from '@/text/en/lists.json'
 *     text('title')                            // "Lists"
 *     text('count', { n: 7 })                  // "7 lists": {"one": "{n} list", "other": "{n} lists"}
 *
 * `{name}` is replaced; `n` chooses the plural form and is written as the language writes numbers.
 */
import { shallowReactive, watchEffect } from 'vue'
import { formatOf } from './formats'

export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>
export type Messages = Record<string, string | Plural>
export type Values = Record<string, string | number>
export type Text<M extends Messages> = (key: keyof M & string, values?: Values) => string

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur'])
const files = import.meta.glob<Messages>(['./*/*.json', '!./en/*.json'], { import: 'default' })

/** Messages of the chosen language by namespace; empty for English. */
const translated = shallowReactive(new Map<string, Messages>())

export const language = shallowReactive({ tag: 'en' })

const english = new Set(['en'])

/** The languages there are: English and every folder beside it. */
export const languages = [
  ...new Set([...english, ...Object.keys(files).map((path) => path.split('/')[1] ?? 'en')]),
]

export async function chooseLanguage(tag: string) {
  const wanted = Object.entries(files).filter(([path]) => path.startsWith(`./${tag}/`))
  const read = await Promise.all(wanted.map(async ([path, load]) => [path, await load()] as const))
  translated.clear()
  for (const [path, messages] of read) {
    translated.set(path.replace(/^.*\/|\.json$/g, ''), messages)
  }
  language.tag = tag
}

watchEffect(() => {
  document.documentElement.lang = language.tag
  document.documentElement.dir = rightToLeft.has(language.tag.slice(0, 2)) ? 'rtl' : 'ltr'
})

/** Numbers, dates and lists are written as the reader's system writes them, in our language. */
export function locale(): string {
  const preferred = navigator.languages.find((tag) => tag.startsWith(language.tag))
  return preferred ?? language.tag
}

export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  return formatOf(Intl.NumberFormat, locale(), options).format(value)
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** "684 kB" */
export function formatBytes(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), byteUnits.length - 1)
  return formatNumber(bytes / 1000 ** step, {
    style: 'unit',
    unit: byteUnits[step] ?? 'byte',
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  })
}

export function formatAll(words: string[]): string {
  return formatOf(Intl.ListFormat, locale(), { type: 'conjunction' }).format(words)
}

function formOf(message: string | Plural, values: Values): string {
  if (typeof message === 'string') return message
  const rule = formatOf(Intl.PluralRules, language.tag).select(Number(values['n'] ?? 0))
  return message[rule] ?? message.other
}

export function fill(message: string | Plural, values: Values = {}): string {
  return formOf(message, values).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? formatNumber(value) : value
  })
}

export function useText<M extends Messages>(namespace: string, messages: M): Text<M> {
  return (key, values) =>
    fill(translated.get(namespace)?.[key] ?? (messages[key] as string | Plural), values)
}
