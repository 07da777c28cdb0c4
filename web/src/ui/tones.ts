/** The classes of the five status colours. */
import type { Tone } from '@/words/words'

export const toneText: Record<Tone, string> = {
  requested: 'text-requested',
  available: 'text-available',
  waiting: 'text-waiting',
  needs: 'text-needs',
  skipped: 'text-skipped',
}

export const toneFill: Record<Tone, string> = {
  requested: 'fill-requested',
  available: 'fill-available',
  waiting: 'fill-waiting',
  needs: 'fill-needs',
  skipped: 'fill-skipped',
}

export const toneBackground: Record<Tone, string> = {
  requested: 'bg-requested',
  available: 'bg-available',
  waiting: 'bg-waiting',
  needs: 'bg-needs',
  skipped: 'bg-skipped',
}
