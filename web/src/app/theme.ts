/** Light, dark or as the system; public/theme.js reads the same key before the first paint. */
import { ref, watch } from 'vue'
import { remember, remembered } from './remembered'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'listsync-theme'

const stored = () => {
  const theme = remembered(KEY)
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

export const theme = ref<Theme>(stored())

watch(theme, (chosen) => {
  remember(KEY, chosen)
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
})
