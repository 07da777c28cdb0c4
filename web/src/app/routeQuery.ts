/**
 * State that makes an address: a value that lives in the route's query, so that back, reload and
 * sharing work. What is the fallback is left out of the address.
 */
import { ref, watch, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw, type Router } from 'vue-router'

/** Changes of one moment make one address; otherwise the second would undo the first. */
let gathered: LocationQueryRaw | null = null

function put(router: Router, name: string, value: string | undefined) {
  if (!gathered) {
    gathered = {}
    queueMicrotask(() => {
      const query = { ...router.currentRoute.value.query, ...gathered }
      gathered = null
      void router.replace({ query })
    })
  }
  gathered[name] = value
}

export function useRouteQuery(name: string, fallback = ''): Ref<string> {
  const route = useRoute()
  const router = useRouter()
  const path = route.path
  const read = () => {
    const value = route.query[name]
    return typeof value === 'string' ? value : fallback
  }
  // Typing must not wait for the address, so the value stands beside it.
  const value = ref(read())

  watch(read, (told) => {
    if (route.path === path) value.value = told
  })
  watch(value, (chosen) => {
    if (chosen !== read()) put(router, name, chosen === fallback ? undefined : chosen)
  })
  return value
}
