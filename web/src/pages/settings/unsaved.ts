/** Whoever leaves with unsaved changes is asked first. */
import { onScopeDispose } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import english from '@/text/en/settings.json'
import { useText } from '@/text/text'
import { confirm } from '@/ui/confirm'

const text = useText('settings', english)

export function useUnsavedGuard(isDirty: () => boolean) {
  const ask = () =>
    !isDirty() ||
    confirm({
      title: text('leave_title'),
      sentence: text('leave_sentence'),
      action: text('leave_action'),
      danger: true,
    })
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate((to, from) => to.path === from.path || ask())

  const keep = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault()
  }
  window.addEventListener('beforeunload', keep)
  onScopeDispose(() => window.removeEventListener('beforeunload', keep))
}
