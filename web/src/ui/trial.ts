/** How something that was tried is marked: that it works, or does not, unless there are words for it. */
import english from '@/text/en/trial.json'
import { useText } from '@/text/text'
import type { Mark } from '@/words/words'

const text = useText('trial', english)

export const trialMark = (isWell: boolean, yes = text('works'), no = text('fails')): Mark =>
  isWell ? { tone: 'available', word: yes } : { tone: 'needs', word: no }
