/** Whoever is signed in, for the frame and the settings: their name, and the way out. */
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { sentenceOf } from '@/api/client'
import { tellError } from '@/ui/toasts'
import { useSession } from './session'

export function useAccount() {
  const session = useSession()
  const router = useRouter()

  const name = computed(() => session.session?.user?.username ?? null)
  /** A proxy that logs people in is left at the proxy. */
  const canSignOut = computed(() => session.session?.how === 'session')

  async function signOut() {
    try {
      await session.signOut()
      await router.push({ name: 'login' })
    } catch (error) {
      tellError(sentenceOf(error))
    }
  }

  return { name, canSignOut, signOut }
}
