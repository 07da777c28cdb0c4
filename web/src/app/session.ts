/** Who is looking, and what they may. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, setCsrfToken, take } from '@/api/client'
import type { Session } from '@/api/types'

const ranks = ['none', 'read', 'sync', 'admin']
export type Access = 'read' | 'sync' | 'admin'

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)

  async function load(): Promise<Session> {
    session.value = await take(api.GET('/api/auth/session'))
    setCsrfToken(session.value.csrf_token)
    return session.value
  }

  async function signIn(username: string, password: string) {
    await take(api.POST('/api/auth/login', { body: { username, password } }))
    await load()
  }

  async function signOut() {
    await api.POST('/api/auth/logout')
    forget()
  }

  function forget() {
    session.value = null
    setCsrfToken(null)
  }

  const access = computed(() => session.value?.access ?? 'none')
  const may = (wanted: Access) => ranks.indexOf(access.value) >= ranks.indexOf(wanted)

  return { session, load, signIn, signOut, forget, access, may }
})
