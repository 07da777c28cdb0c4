/**
 * The sections of the settings, in their order: one line each here, and one component. `access`:
 * who sees it. `settings`: those of the API that stand in it; what stands nowhere is in "other".
 */
import {
  Activity,
  Archive,
  BellRing,
  CalendarClock,
  CircleUser,
  History,
  Info,
  KeyRound,
  Library,
  Palette,
  Server,
  SlidersHorizontal,
  Users,
} from '@lucide/vue'
import { defineAsyncComponent, type Component } from 'vue'
import type { Access } from '@/app/session'

export const groups = ['syncing', 'people', 'program'] as const

export interface Section {
  key: string
  group: (typeof groups)[number]
  access: Access
  icon: Component
  component: Component
  settings?: readonly string[]
}

const lazy = (load: () => Promise<{ default: Component }>) => defineAsyncComponent(load)

export const seerrSettings = [
  'OVERSEERR_URL',
  'OVERSEERR_API_KEY',
  'OVERSEERR_USER_ID',
  'OVERSEERR_4K',
] as const
export const scheduleSettings = ['AUTO_SYNC', 'SYNC_SCHEDULE', 'SYNC_JITTER', 'TZ'] as const
export const backupSettings = ['BACKUP_SCHEDULE', 'BACKUP_KEEP', 'BACKUP_KEEP_WEEKS'] as const
export const historySettings = [
  'HISTORY_RUNS',
  'HISTORY_DAYS',
  'AUDIT_DAYS',
  'NOTIFICATION_DAYS',
] as const
/** The sources name theirs themselves. */
const sourceSettings = ['TRAKT_CLIENT_ID', 'TRAKT_SPECIAL_ITEMS_LIMIT', 'MDBLIST_API_KEY']

// prettier-ignore
export const sections = [
  { key: 'seerr', group: 'syncing', access: 'admin', icon: Server, settings: seerrSettings, component: lazy(() => import('./SeerrSection.vue')) },
  { key: 'sources', group: 'syncing', access: 'admin', icon: Library, settings: sourceSettings, component: lazy(() => import('./SourcesSection.vue')) },
  { key: 'schedule', group: 'syncing', access: 'read', icon: CalendarClock, settings: scheduleSettings, component: lazy(() => import('./ScheduleSection.vue')) },
  { key: 'notifications', group: 'syncing', access: 'admin', icon: BellRing, component: lazy(() => import('./notifications/NotificationsSection.vue')) },
  { key: 'other', group: 'syncing', access: 'admin', icon: SlidersHorizontal, component: lazy(() => import('./OtherSection.vue')) },
  { key: 'account', group: 'people', access: 'read', icon: CircleUser, component: lazy(() => import('./AccountSection.vue')) },
  { key: 'users', group: 'people', access: 'admin', icon: Users, component: lazy(() => import('./UsersSection.vue')) },
  { key: 'keys', group: 'people', access: 'read', icon: KeyRound, component: lazy(() => import('./KeysSection.vue')) },
  { key: 'activity', group: 'people', access: 'admin', icon: Activity, component: lazy(() => import('./ActivitySection.vue')) },
  { key: 'appearance', group: 'program', access: 'read', icon: Palette, component: lazy(() => import('./AppearanceSection.vue')) },
  { key: 'backup', group: 'program', access: 'read', icon: Archive, settings: backupSettings, component: lazy(() => import('./BackupSection.vue')) },
  { key: 'history', group: 'program', access: 'admin', icon: History, settings: historySettings, component: lazy(() => import('./HistorySection.vue')) },
  { key: 'about', group: 'program', access: 'read', icon: Info, component: lazy(() => import('./AboutSection.vue')) },
] as const satisfies readonly Section[]

export type SectionKey = (typeof sections)[number]['key']

const placed = new Set<string>(
  sections.flatMap((section) => ('settings' in section ? [...section.settings] : [])),
)

/** The settings that no section has: new ones of the API show up without waiting for a place. */
export const unplaced = (names: string[]) => names.filter((name) => !placed.has(name))
