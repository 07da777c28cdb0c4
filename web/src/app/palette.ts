/** Whether the command palette is open: the frame shows it, any page may ask for it. */
import { ref } from 'vue'

export const isPaletteOpen = ref(false)

export const showCommands = () => {
  isPaletteOpen.value = true
}
