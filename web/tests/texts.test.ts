import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const names = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.endsWith('schema.ts'))
    .map((name) => `${folder}/${name}`)
const read = (path: string) => readFileSync(path, 'utf8')

const sources = names('src', /\.(ts|vue)$/).map(read)
const everything = sources.join('\n')
/** Their keys are made of the API's own words. */
const fromTheApi = new Set(['audit', 'words'])

/** Whether a key may be made of a pattern: `part_${name}`, or PREFIX + name. */
function isMade(key: string, users: string): boolean {
  const starts = users.match(/(?<=`)\w+(?=\$\{)|(?<=')\w+_(?=')/g) ?? []
  const ends = users.match(/(?<=\})_\w+(?=`)/g) ?? []
  return starts.some((part) => key.startsWith(part)) || ends.some((part) => key.endsWith(part))
}

describe('the texts', () => {
  it('are all shown somewhere', () => {
    const unused = names('src/text/en', /\.json$/).flatMap((path) => {
      const name = path.replace(/^.*\/|\.json$/g, '')
      if (fromTheApi.has(name)) return []
      const users = sources.filter((source) => source.includes(`/en/${name}.json`)).join('\n')
      return Object.keys(JSON.parse(read(path)) as object)
        .filter((key) => !everything.includes(`'${key}'`) && !isMade(key, users))
        .map((key) => `${name}: ${key}`)
    })
    expect(unused).toEqual([])
  })

  it('say a whole sentence in one place only', () => {
    const places = new Map<string, string[]>()
    for (const path of names('src/text/en', /\.json$/)) {
      for (const message of Object.values(JSON.parse(read(path)) as Record<string, unknown>)) {
        const said = JSON.stringify(message)
        if (/(\w+\W+){4,}\w+\."/.test(said)) places.set(said, [...(places.get(said) ?? []), path])
      }
    }
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([])
  })
})
