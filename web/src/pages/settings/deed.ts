/** Does something and reads anew what it changes; says so if it fails. */
import { useQueryCache } from '@pinia/colada'
import { sentenceOf } from '@/api/client'
import { tell, tellError } from '@/ui/toasts'

export function useDeed(stale: string) {
  const cache = useQueryCache()
  return async (deed: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await deed()
      if (done) tell(done)
      return true
    } catch (error) {
      tellError(sentenceOf(error))
      return false
    } finally {
      void cache.invalidateQueries({ key: [stale] })
    }
  }
}
