/** Addresses: history mode below the base path; nobody gets past the login without one. */
import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type Router,
} from 'vue-router'
import { basePath, onSignedOut } from '@/api/client'
import { useForget } from '@/api/queries'
import english from '@/text/en/frame.json'
import { useText } from '@/text/text'
import { attempt } from '@/ui/toasts'
import { ownPath } from './ownPath'
import { pages } from './pages'
import { useSession } from './session'

const text = useText('frame', english)

/** Where to go instead; true: on. */
async function gate(to: RouteLocationNormalized) {
  const session = useSession()
  // A server that does not answer is for the page to say, not a reason to lock it.
  const who = session.session ?? (await session.load().catch(() => null))
  if (!who) return true
  if (who.setup_needed) return to.name === 'setup' || { name: 'setup' }
  if (to.name === 'login' && session.may('read')) return ownPath(to.query['next'])
  if (to.meta.bare && to.name !== 'setup') return true
  if (!session.may('read')) return { name: 'login', query: { next: to.fullPath } }
  const unseen = { name: 'not-found', params: { rest: to.path.slice(1).split('/') } }
  return session.may(to.meta.access ?? 'read') || unseen
}

/** The first page is on its way while the server is asked who is looking. */
function fetchFirstPage(router: Router) {
  const path = location.pathname.slice(basePath.length) || '/'
  const load = router.resolve(path).matched.at(-1)?.components?.['default']
  if (typeof load === 'function') void (load as () => Promise<unknown>)().catch(() => {})
}

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(basePath),
    routes: pages,
    scrollBehavior: (to, from, saved) =>
      saved ?? (to.path === from.path ? false : to.hash ? { el: to.hash } : { top: 0 }),
  })
  router.beforeEach(gate)
  // A page's file is gone once the server was updated: the page of now is read whole.
  router.onError(async (_, to) => {
    const isOnPage = router.currentRoute.value.matched.length > 0
    if (isOnPage && (await attempt(useSession().load))) location.assign(router.resolve(to).href)
  })
  fetchFirstPage(router)
  const forget = useForget()
  router.afterEach((to) => {
    // Nobody comes here signed in: whoever is next finds nothing of the one before.
    if (to.name === 'login') forget()
    const section = to.meta.section
    document.title = section ? text('page_title', { page: text(section) }) : 'ListSync'
  })
  onSignedOut(() => {
    useSession().forget()
    const at = router.currentRoute.value
    if (!at.meta.bare) void router.push({ name: 'login', query: { next: at.fullPath } })
  })
  return router
}
