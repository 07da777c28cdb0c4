/** `v-focus`: the cursor is here when the element appears. */
import type { Directive } from 'vue'

export const vFocus: Directive<HTMLElement> = { mounted: (element) => element.focus() }
