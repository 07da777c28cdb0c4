/** Asks before what cannot be undone: `if (await confirm({...})) ...`. Shown by ConfirmHost. */
import { shallowRef } from 'vue'

export interface Question {
  title: string
  sentence: string
  /** What the button says: the deed itself, "Delete", never "OK". */
  action: string
  danger?: boolean
}

export const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null)

export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.value = null
      resolve(yes)
    }
    asked.value = { ...question, answer }
  })
}
