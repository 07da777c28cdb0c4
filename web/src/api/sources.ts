/** What a source is called: "IMDb" for imdb. */
import { computed } from 'vue'
import { useProviders } from './queries'

export function useSourceTitle() {
  const providers = useProviders()
  const titles = computed(
    () => new Map(providers.data.value?.providers.map(({ name, title }) => [name, title])),
  )
  return (listType: string) => titles.value.get(listType) ?? listType
}
