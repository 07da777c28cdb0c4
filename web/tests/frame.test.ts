import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, effectScope, nextTick, ref } from 'vue'
import { remember, remembered } from '@/app/remembered'
import { keysOfPage, listenForShortcuts, useKeyHelp, useShortcut } from '@/app/shortcuts'
import AppDialog from '@/ui/AppDialog.vue'
import { useSelection } from '@/ui/selection'
import { attempt, toasts } from '@/ui/toasts'
import { item } from './support/items'

describe('the keys of a page', () => {
  it('stand in the help as long as the page is there, with what the newest of them does', () => {
    const frame = effectScope()
    const page = effectScope()
    frame.run(() =>
      useShortcut(
        '/',
        () => {},
        () => 'Search everywhere',
      ),
    )
    page.run(() => {
      useShortcut(
        '/',
        () => {},
        () => 'Search here',
      )
      useShortcut('v', () => {})
      useKeyHelp('↑ ↓', () => 'From row to row')
    })
    expect(keysOfPage()).toEqual([
      ['/', 'Search here'],
      ['↑ ↓', 'From row to row'],
    ])
    page.stop()
    expect(keysOfPage()).toEqual([['/', 'Search everywhere']])
    frame.stop()
    expect(keysOfPage()).toEqual([])
  })

  it('do nothing once the page is gone', () => {
    const pressed = vi.fn()
    const page = effectScope()
    page.run(() => useShortcut('v', pressed))
    listenForShortcuts()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'v' }))
    page.stop()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'v' }))
    expect(pressed).toHaveBeenCalledTimes(1)
  })
})

describe('a dialog', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('is closed, not torn off the page, so that the focus goes back', async () => {
    const close = vi.spyOn(HTMLDialogElement.prototype, 'close')
    const open = ref(true)
    const Page = defineComponent({
      components: { AppDialog },
      setup: () => ({ open }),
      template: '<AppDialog v-if="open" v-model="open" title="Dialog" />',
    })
    const page = mount(Page, { attachTo: document.body })
    await nextTick()
    expect(document.querySelector('dialog')?.open).toBe(true)
    open.value = false
    await nextTick()
    expect(close).toHaveBeenCalled()
    expect(document.querySelector('dialog')).toBeNull()
    page.unmount()
  })
})

describe('something that is tried', () => {
  beforeEach(() => (toasts.value = []))

  it('says that it is done, or why it failed', async () => {
    expect(await attempt(() => Promise.resolve(), 'Done.')).toBe(true)
    expect(await attempt(() => Promise.reject(new Error('Seerr does not answer.')))).toBe(false)
    expect(toasts.value.map(({ sentence, isError }) => [sentence, isError])).toEqual([
      ['Done.', false],
      ['Seerr does not answer.', true],
    ])
  })
})

describe('a browser without storage', () => {
  it('remembers nothing, and nothing breaks', () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError')
    })
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError')
    })
    expect(() => remember('taste', 'dark')).not.toThrow()
    expect(remembered('taste')).toBeNull()
  })
})

describe('who may only look', () => {
  it('chooses no items', () => {
    const selection = useSelection(() => [item(1)], { may: () => false })
    selection.begin()
    selection.toggle(item(1))
    expect(selection.isOn.value).toBe(false)
    expect(selection.chosen.value).toEqual([])
  })
})
