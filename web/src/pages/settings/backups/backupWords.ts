/** What a copy holds, in words: "12 lists, 3,000 titles and 40 syncs". */
import type { Backup } from '@/api/types'
import english from '@/text/en/backups.json'
import { formatAll, useText } from '@/text/text'

const text = useText('backups', english)

export const contents = (counts: NonNullable<Backup['counts']>) =>
  formatAll((['lists', 'items', 'runs'] as const).map((of) => text(`n_${of}`, { n: counts[of] })))
