/** Every page: its address, its name, who may see it. The menus and the router are made of this. */
import type { RouteRecordRaw } from 'vue-router'
import DashboardPage from '@/pages/dashboard/DashboardPage.vue'
import type frame from '@/text/en/frame.json'
import type { Access } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** The menu entry that is marked. */
    section?: keyof typeof frame
    /** Shown alone, without the frame and without a login. */
    bare?: boolean
    access?: Access
  }
}

const page = (
  path: string,
  name: string,
  component: RouteRecordRaw['component'],
  meta: RouteRecordRaw['meta'],
): RouteRecordRaw => ({ path, name, component: component as never, meta: meta ?? {} })

export const pages: RouteRecordRaw[] = [
  // Where nearly everybody begins: it comes with the frame, in the same file.
  page('/', 'dashboard', DashboardPage, {
    section: 'dashboard',
  }),
  page('/lists', 'lists', () => import('@/pages/lists/ListsPage.vue'), { section: 'lists' }),
  page('/lists/add', 'add-list', () => import('@/pages/lists/AddListPage.vue'), {
    section: 'lists',
    access: 'sync',
  }),
  page(
    '/lists/:id(\\d+)/:tab(items|history|settings)?',
    'list',
    () => import('@/pages/lists/ListPage.vue'),
    {
      section: 'lists',
    },
  ),
  page('/items', 'items', () => import('@/pages/items/ItemsPage.vue'), { section: 'items' }),
  page('/items/:id(\\d+)', 'item', () => import('@/pages/items/ItemPage.vue'), {
    section: 'items',
  }),
  page('/sync', 'sync', () => import('@/pages/sync/SyncPage.vue'), { section: 'sync' }),
  page('/history', 'history', () => import('@/pages/history/HistoryPage.vue'), {
    section: 'history',
  }),
  page('/history/:id(\\d+)', 'run', () => import('@/pages/history/RunPage.vue'), {
    section: 'history',
  }),
  page('/logs', 'logs', () => import('@/pages/logs/LogsPage.vue'), {
    section: 'logs',
    access: 'admin',
  }),
  page('/settings/:section?', 'settings', () => import('@/pages/settings/SettingsPage.vue'), {
    section: 'settings',
  }),
  page('/setup/:step?', 'setup', () => import('@/pages/setup/SetupPage.vue'), { bare: true }),
  page('/login', 'login', () => import('@/pages/login/LoginPage.vue'), { bare: true }),
  page('/:rest(.*)*', 'not-found', () => import('@/pages/not-found/NotFoundPage.vue'), {}),
]

export type Section = 'dashboard' | 'lists' | 'items' | 'sync' | 'history' | 'logs' | 'settings'

/** The menu, in its order; `access`: who sees the entry. On a phone the first four stand below. */
export const sections: { name: Section; access: Access }[] = [
  { name: 'dashboard', access: 'read' },
  { name: 'lists', access: 'read' },
  { name: 'items', access: 'read' },
  { name: 'sync', access: 'read' },
  { name: 'history', access: 'read' },
  { name: 'logs', access: 'admin' },
  { name: 'settings', access: 'read' },
]
