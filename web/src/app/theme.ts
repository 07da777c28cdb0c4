/** Light, dark or as the system; public/theme.js reads the same key before the first paint. */
import { ref, watch } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'listsync-theme'

const stored = () => {
  const theme = localStorage.getItem(KEY)
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

export const theme = ref<Theme>(stored())

watch(theme, (chosen) => {
  if (chosen === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem(KEY, chosen)
    document.documentElement.dataset['theme'] = chosen
  }
})
