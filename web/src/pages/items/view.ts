/** Posters or a table: in the address, and remembered for the next time. */
import { watch, type Ref } from 'vue'
import { useRouteQuery } from '@/app/routeQuery'

const KEY = 'listsync-items-view'

export function useView(): Ref<string> {
  const view = useRouteQuery('view', localStorage.getItem(KEY) === 'table' ? 'table' : 'wall')
  watch(view, (chosen) => localStorage.setItem(KEY, chosen))
  return view
}
