/** What sources and requesters are called; their ids stand in until the names are there. */
import { computed } from 'vue'
import english from '@/text/en/names.json'
import { useText } from '@/text/text'
import { useProviders, useSeerrConfig, useSeerrUsers } from './queries'

/** "imdb" is "IMDb". */
export function useSourceName() {
  const providers = useProviders()
  const titles = computed(
    () => new Map(providers.data.value?.providers.map(({ name, title }) => [name, title])),
  )
  return (type: string) => titles.value.get(type) ?? type
}

/** Whoever requests for a list; "0" is whoever is set for all. */
export function useRequesters() {
  const text = useText('names', english)
  const users = useSeerrUsers()
  const config = useSeerrConfig()

  const userName = (id: string) =>
    users.data.value?.users.find((user) => user.id === id)?.display_name ??
    text('user_number', { number: id })

  function name(id: string): string {
    if (id !== '0') return userName(id)
    const general = config.data.value?.user_id ?? '0'
    return general === '0' ? text('default') : text('default_is', { name: userName(general) })
  }

  /** To choose from; one that Seerr no longer names stays to be seen. `usual`: what "0" is called. */
  function options(chosen: string, usual = name('0')): { value: string; label: string }[] {
    const ids = (users.data.value?.users ?? []).map((user) => user.id)
    if (chosen !== '0' && !ids.includes(chosen)) ids.push(chosen)
    return [{ value: '0', label: usual }, ...ids.map((id) => ({ value: id, label: userName(id) }))]
  }

  /** Why there are numbers, and nobody else to choose; "" when Seerr has named its users. */
  const away = computed(() => (users.error.value && !users.data.value ? text('users_away') : ''))

  return { name, options, away }
}
