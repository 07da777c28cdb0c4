/** Posters or a table: in the address, and remembered for the next time. */
import { watch, type Ref } from 'vue'
import { remember, remembered } from '@/app/remembered'
import { useRouteQuery } from '@/app/routeQuery'

const KEY = 'listsync-items-view'

export function useView(): Ref<string> {
  const view = useRouteQuery('view', remembered(KEY) === 'table' ? 'table' : 'wall')
  watch(view, (chosen) => remember(KEY, chosen))
  return view
}
