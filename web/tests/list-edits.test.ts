import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import type { List } from '@/api/types'
import { useListEdits } from '@/pages/lists/listEdits'

const stored = (more: Partial<List> = {}) =>
  ({
    id: 1,
    description: 'Weekend',
    auto_sync: true,
    priority: 100,
    item_limit: 0,
    user_id: '0',
    quality: 'default',
    seasons: 'all',
    schedule: '',
    ...more,
  }) as List

function editing() {
  const list = ref<List | undefined>(stored())
  return { list, ...useListEdits(() => list.value) }
}

describe('a list’s settings', () => {
  it('send what was changed and nothing else', () => {
    const { fields, edits } = editing()
    fields.item_limit.value = 20
    fields.auto_sync.value = false
    expect(edits.value).toEqual({ item_limit: 20, auto_sync: false })
  })

  it('know that what was changed back is no change', () => {
    const { fields, edits, count } = editing()
    fields.schedule.value = 'every 6h'
    fields.schedule.value = ''
    expect(edits.value).toEqual({})
    expect(count.value).toBe(0)
  })

  it('follow the server where nothing was touched, and keep what was', () => {
    const { list, fields, edits } = editing()
    fields.description.value = 'Sunday'
    list.value = stored({ description: 'Friday', priority: 7 })
    expect(fields.description.value).toBe('Sunday')
    expect(fields.priority.value).toBe(7)
    expect(edits.value).toEqual({ description: 'Sunday' })
  })

  it('are as stored again when everything is discarded', () => {
    const { fields, reset, count } = editing()
    fields.seasons.value = 'first'
    reset()
    expect(fields.seasons.value).toBe('all')
    expect(count.value).toBe(0)
  })
})
