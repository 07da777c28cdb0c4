/** Whoever is signed in, for the frame and the settings: their name, and the way out. */
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { attempt } from '@/ui/toasts'
import { useSession } from './session'

export function useAccount() {
  const session = useSession()
  const router = useRouter()

  const name = computed(() => session.session?.user?.username ?? null)
  /** A proxy that logs people in is left at the proxy. */
  const canSignOut = computed(() => session.session?.how === 'session')

  const signOut = () =>
    attempt(async () => {
      await session.signOut()
      await router.push({ name: 'login' })
    })

  return { name, canSignOut, signOut }
}
