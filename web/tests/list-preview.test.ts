import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import PreviewPanel from '@/pages/lists/PreviewPanel.vue'
import type { ListPreview } from '@/pages/lists/recognition'

vi.mock('@/api/names', () => ({ useSourceName: () => (name: string) => name }))

const preview: ListPreview = {
  list_type: 'mdblist',
  list_id: 'dave/weekend',
  list_url: null,
  name: 'Weekend',
  outcome: 'ok',
  message: '',
  total: 20,
  read: 20,
  movies: 20,
  series: 0,
  known: 4,
  new_to_seerr: null,
  in_seerr: null,
  unclear: null,
  items: [],
}

const said = (more: Partial<ListPreview>) => {
  const panel = mount(PreviewPanel, {
    props: { preview: { ...preview, ...more }, name: 'Weekend' },
  })
  return panel.findAll('p').at(-1)?.text().replace(/\s+/g, ' ')
}

describe('a list that is looked into says how much of it', () => {
  it('is new to Seerr, is there, and cannot be told yet', () => {
    expect(said({ new_to_seerr: 12, in_seerr: 3, unclear: 5 })).toBe(
      '20 films. 12 are new to Seerr, 3 are there or asked for, 5 are unclear until the first sync.',
    )
  })

  it('without what there is none of', () => {
    expect(said({ new_to_seerr: 20, in_seerr: 0, unclear: 0 })).toBe(
      '20 films. 20 are new to Seerr.',
    )
    expect(said({ new_to_seerr: 0, in_seerr: 19, unclear: 1 })).toBe(
      '20 films. 19 are there or asked for, 1 is unclear until the first sync.',
    )
  })

  it.each([{}, { new_to_seerr: 0, in_seerr: 0, unclear: 20 }])(
    'is new to ListSync where Seerr tells nothing: %o',
    (counts) => {
      expect(said(counts)).toBe('20 films. 16 are new to ListSync, 4 it knows already.')
    },
  )
})
