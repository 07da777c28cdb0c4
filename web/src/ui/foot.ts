/** `v-foot`: a bar at the foot of the window; short news stand above it, not on it. */
import type { Directive } from 'vue'

const observers = new WeakMap<HTMLElement, ResizeObserver>()

function take(height: number) {
  document.documentElement.style.setProperty('--foot-taken', `${height}px`)
}

export const vFoot: Directive<HTMLElement> = {
  mounted(element) {
    const observer = new ResizeObserver(() => take(element.offsetHeight))
    observer.observe(element)
    observers.set(element, observer)
  },
  unmounted(element) {
    observers.get(element)?.disconnect()
    take(0)
  },
}
