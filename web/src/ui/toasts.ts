/** Short news at the foot of the page; what was done can often be taken back there. */
import { ref } from 'vue'
import { sentenceOf } from '@/api/client'

export interface Toast {
  id: number
  sentence: string
  isError: boolean
  undo?: () => void
}

const SEEN_MS = 6000
/** Long enough to read, understand and reach the button. */
const UNDO_MS = 12000

export const toasts = ref<Toast[]>([])
let last = 0

export function dismiss(id: number) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

function show(toast: Omit<Toast, 'id'>, ms: number) {
  const id = ++last
  toasts.value = [...toasts.value.slice(-2), { ...toast, id }]
  setTimeout(() => dismiss(id), ms)
}

export const tell = (sentence: string) => show({ sentence, isError: false }, SEEN_MS)
export const tellError = (sentence: string) => show({ sentence, isError: true }, UNDO_MS)
export const tellWithUndo = (sentence: string, undo: () => void) =>
  show({ sentence, isError: false, undo }, UNDO_MS)

/** Does something and says what came of it: `done` if it is worth a word, or why it failed. */
export async function attempt(deed: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await deed()
    if (done) tell(done)
    return true
  } catch (error) {
    tellError(sentenceOf(error))
    return false
  }
}
