/** Whether there is room for a table: the same breakpoints as in theme.css. */
import { readonly, ref } from 'vue'

function watchWidth(from: string) {
  const query = window.matchMedia(`(width >= ${from})`)
  const matches = ref(query.matches)
  query.addEventListener('change', (event) => (matches.value = event.matches))
  return readonly(matches)
}

export const isTablet = watchWidth('40rem')
export const isDesktop = watchWidth('64rem')
