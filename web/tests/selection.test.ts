import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { useSelection } from '@/ui/selection'

const rows = (...ids: number[]) => ids.map((id) => ({ id }))
const [one, two, three] = rows(1, 2, 3) as [{ id: number }, { id: number }, { id: number }]

describe('choosing several', () => {
  it('acts on nothing that the filters hide', () => {
    const shown = ref(rows(1, 2, 3))
    const selection = useSelection(() => shown.value)
    selection.chooseAll()
    shown.value = rows(2)
    expect(selection.chosen.value).toEqual(rows(2))
  })

  it('keeps what is no longer shown where that is wanted', () => {
    const shown = ref(rows(1, 2, 3))
    const selection = useSelection(() => shown.value, { keepsUnseen: true })
    selection.toggle(three)
    shown.value = rows(2)
    selection.toggle(two)
    expect(selection.chosen.value).toEqual(rows(3, 2))
  })

  it('takes everything between two with the shift key, and lets it go again', () => {
    const selection = useSelection(() => rows(5, 3, 1, 4))
    selection.toggle(three)
    selection.toggle({ id: 4 }, true)
    expect(selection.chosen.value).toEqual(rows(3, 1, 4))
    expect(selection.areAll.value).toBe(false)
    selection.toggle(three, true)
    expect(selection.chosen.value).toEqual([])
  })

  it('takes one alone with the shift key when the one before is gone', () => {
    const shown = ref(rows(1, 2, 3))
    const selection = useSelection(() => shown.value)
    selection.toggle(one)
    shown.value = rows(2, 3)
    selection.toggle(three, true)
    expect(selection.chosen.value).toEqual(rows(3))
  })

  it('ends at as many as may be', () => {
    const selection = useSelection(() => rows(1, 2, 3), { most: 2 })
    selection.chooseAll()
    expect(selection.chosen.value).toHaveLength(2)
    expect(selection.isFull.value).toBe(true)
    selection.toggle(three)
    expect(selection.chosen.value).toEqual(rows(1, 2))
  })

  it('is on from the first one, or once begun, until it is ended', () => {
    const selection = useSelection(() => rows(1, 2))
    selection.toggle(one)
    expect(selection.isOn.value).toBe(true)
    selection.toggle(one)
    expect(selection.isOn.value).toBe(false)
    selection.begin()
    expect(selection.isOn.value).toBe(true)
    selection.chooseAll()
    expect(selection.areAll.value).toBe(true)
    selection.end()
    expect(selection.isOn.value).toBe(false)
    expect(selection.chosen.value).toEqual([])
  })
})
