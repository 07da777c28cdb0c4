/** What sources and requesters are called; their ids stand in until the names are there. */
import english from '@/text/en/names.json'
import { useText } from '@/text/text'
import { useProviders, useSeerrConfig, useSeerrUsers } from './queries'

/** "imdb" is "IMDb". */
export function useSourceName() {
  const providers = useProviders()
  return (type: string) =>
    providers.data.value?.providers.find((provider) => provider.name === type)?.title ?? type
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

  /** To choose from; one that Seerr no longer names stays to be seen. */
  function options(chosen: string): { value: string; label: string }[] {
    const ids = ['0', ...(users.data.value?.users ?? []).map((user) => user.id)]
    if (!ids.includes(chosen)) ids.push(chosen)
    return ids.map((id) => ({ value: id, label: name(id) }))
  }

  return { name, options }
}
