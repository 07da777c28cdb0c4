/** Whoever leaves with unsaved changes is asked first, and the browser asks who closes the page. */
import { onScopeDispose } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate, type RouteLocationNormalized } from 'vue-router'
import english from '@/text/en/unsaved.json'
import { useText } from '@/text/text'
import { confirm } from './confirm'

const text = useText('unsaved', english)

type Place = RouteLocationNormalized
const isSamePath = (to: Place, from: Place) => to.path === from.path

/** `isStill`: whether an address belongs to the page that has the changes. */
export function useUnsavedGuard(isDirty: () => boolean, isStill = isSamePath) {
  const ask = () =>
    !isDirty() ||
    confirm({
      title: text('title'),
      sentence: text('sentence'),
      action: text('leave'),
      danger: true,
    })
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate((to, from) => isStill(to, from) || ask())

  const keep = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault()
  }
  window.addEventListener('beforeunload', keep)
  onScopeDispose(() => window.removeEventListener('beforeunload', keep))
}
