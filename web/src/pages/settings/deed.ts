/** Does something and reads anew what it changes; says so if it fails. */
import { useReadAnew } from '@/api/queries'
import { attempt } from '@/ui/toasts'

export function useDeed(stale: string) {
  const readAnew = useReadAnew()
  return async (deed: () => Promise<unknown>, done?: string): Promise<boolean> => {
    const isDone = await attempt(deed, done)
    void readAnew(stale)
    return isDone
  }
}
