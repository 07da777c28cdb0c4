/** `v-focus`: the cursor is here when the element appears, or the dialog around it opens. */
import type { Directive } from 'vue'

export const vFocus: Directive<HTMLElement> = {
  mounted: (element) => {
    element.dataset['focus'] = ''
    element.focus()
  },
}

/** An opening dialog has taken the focus for its first button. */
export const focusMarked = (within: HTMLElement) =>
  within.querySelector<HTMLElement>('[data-focus]')?.focus()
