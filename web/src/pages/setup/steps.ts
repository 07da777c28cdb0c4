/** The steps of setting up, in their order, and how far somebody may go. */
import type { SetupStatus } from '@/api/types'

export const steps = ['account', 'seerr', 'lists', 'preview'] as const
export type Step = (typeof steps)[number]

const isStep = (word: unknown): word is Step => steps.includes(word as Step)

export const numberOf = (step: Step) => steps.indexOf(step)

/** The first step that is not done yet. */
export function furthest(status: SetupStatus): Step {
  if (status.needs_admin) return 'account'
  if (!status.has_seerr) return 'seerr'
  return status.has_lists ? 'preview' : 'lists'
}

/** What is shown: the step of the address, unless one before it is missing or it is done for good. */
export function stepAt(asked: unknown, status: SetupStatus): Step {
  const last = furthest(status)
  if (!isStep(asked) || numberOf(asked) > numberOf(last)) return last
  return asked === 'account' ? last : asked
}
