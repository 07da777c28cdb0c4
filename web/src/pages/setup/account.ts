/** The first account: what was typed, what is wrong with it, and making it. */
import { computed, reactive, ref } from 'vue'
import { api, ApiFailure, errorsOf, sentenceOf, setCsrfToken, take } from '@/api/client'
import { useSession } from '@/app/session'
import english from '@/text/en/setup.json'
import { useText } from '@/text/text'
import { asSentence } from '@/words/words'

export const PASSWORD_LEAST = 10

export function useFirstAccount(given: string) {
  const text = useText('setup', english)
  const session = useSession()
  const typed = reactive({ username: '', password: '', token: given })
  const tried = ref(false)
  const busy = ref(false)
  const failure = ref('')
  const refused = ref<Record<string, string>>({})

  const missing = computed(() => {
    const lacks = PASSWORD_LEAST - [...typed.password].length
    const name = typed.username.trim()
    const same = typed.password.toLowerCase() === name.toLowerCase()
    return {
      username: name ? '' : text('missing_name'),
      password: lacks > 0 ? text('too_short', { n: lacks }) : same ? text('same_as_name') : '',
      token: typed.token.trim() ? '' : text('missing_token'),
    }
  })
  const errors = computed(() => {
    const shown = tried.value ? missing.value : { username: '', password: '', token: '' }
    const of = (name: keyof typeof shown) => shown[name] || (refused.value[name] ?? '')
    return { username: of('username'), password: of('password'), token: of('token') }
  })

  function explain(error: unknown) {
    if (!(error instanceof ApiFailure)) failure.value = sentenceOf(error)
    else if (error.code === 'token_wrong') refused.value = { token: error.message }
    else if (error.fields.length) refused.value = errorsOf(error)
    else failure.value = asSentence(error.message)
  }

  /** Whether it is made; whoever made it is signed in. */
  async function make(): Promise<boolean> {
    tried.value = true
    failure.value = ''
    refused.value = {}
    if (Object.values(missing.value).some(Boolean)) return false
    busy.value = true
    try {
      const body = { ...typed, username: typed.username.trim(), token: typed.token.trim() }
      const made = await take(api.POST('/api/setup/admin', { body }))
      setCsrfToken(made.csrf_token)
      await session.load()
      return true
    } catch (error) {
      explain(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return { typed, errors, failure, busy, make }
}
