/** How a list fares in the run under way: "waiting", "reading" or "" when nothing happens to it. */
import { useSync } from '@/live/sync'

export type LiveState = '' | 'waiting' | 'reading'

export function useLiveLists() {
  const sync = useSync()

  return (id: number): LiveState => {
    if (!sync.running) return ''
    const state = sync.lists.find((list) => list.id === id)?.state
    return state === 'waiting' || state === 'reading' ? state : ''
  }
}
