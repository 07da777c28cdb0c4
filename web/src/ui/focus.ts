/**
 * `v-focus`: the cursor is here, or in the first field inside, when the element appears or the
 * dialog around it opens.
 */
import type { Directive } from 'vue'

const FIELDS = 'input, textarea, select, button'

export const vFocus: Directive<HTMLElement> = {
  mounted: (element) => {
    const field = element.matches(FIELDS) ? element : element.querySelector<HTMLElement>(FIELDS)
    const marked = field ?? element
    marked.dataset['focus'] = ''
    marked.focus()
  },
}

/** An opening dialog has taken the focus for its first button. */
export const focusMarked = (within: HTMLElement) =>
  within.querySelector<HTMLElement>('[data-focus]')?.focus()
