import { mount, RouterLinkStub } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import ItemRow from '@/ui/ItemRow.vue'
import { asSentence } from '@/words/words'

const item = {
  id: 7,
  title: 'Heat',
  year: 1995,
  media_type: 'movie',
  tmdb_id: 949,
  status: 'skipped',
  reason: 'the request for this film was declined in Seerr',
  list_sources: [
    { id: 1, display_name: 'Top' },
    { id: 2, display_name: 'Watchlist' },
    { id: 3, display_name: 'Best' },
  ],
}
const row = (props: object = {}) =>
  mount(ItemRow, {
    props: { item, ...props },
    global: { stubs: { RouterLink: RouterLinkStub } },
  })

describe('a row of an item', () => {
  it('says what it is, how it stands and why', () => {
    const words = row().text()
    expect(words).toContain('Heat (1995)')
    expect(words).toContain('Not asked for')
    expect(words).toContain('The request for this film was declined in Seerr.')
  })

  it('names two lists and says how many more there are', () => {
    expect(row().text()).toMatch(/On\s+Top,\s*Watchlist,\s*1 more/)
  })

  it('tells what went wrong rather than what was decided', () => {
    expect(row({ item: { ...item, error_message: 'Seerr is full' } }).text()).toContain(
      'Seerr is full.',
    )
  })
})

describe('a reason', () => {
  it.each([
    ['', ''],
    ['no film', 'No film.'],
    ['Is it so?', 'Is it so?'],
  ])('%j stands alone as %j', (reason, sentence) => expect(asSentence(reason)).toBe(sentence))
})
