/**
 * Which queries (by the first part of their key) each event makes out of date. One table, so that
 * a page never has to know what else may change what it shows.
 */
export type EventType =
  | 'run_queued'
  | 'run_started'
  | 'run_progress'
  | 'run_list_read'
  | 'run_list'
  | 'run_item'
  | 'run_warning'
  | 'run_finished'
  | 'list_changed'
  | 'item_changed'
  | 'settings_changed'
  | 'schedule_changed'
  | 'health_changed'

export const staleAfter: Record<EventType, string[]> = {
  run_queued: ['sync', 'runs'],
  run_started: ['sync', 'runs'],
  run_progress: [],
  run_list_read: [],
  run_list: [],
  run_item: [],
  run_warning: [],
  run_finished: [
    'sync',
    'runs',
    'lists',
    'items',
    'attention',
    'schedule',
    'analytics',
    'health',
    'notifications',
  ],
  list_changed: ['lists', 'attention', 'schedule', 'setup'],
  item_changed: ['items', 'runs', 'attention'],
  settings_changed: [
    'settings',
    'providers',
    'seerr',
    'setup',
    'attention',
    'schedule',
    'about',
    'notifications',
    'backups',
  ],
  schedule_changed: ['schedule', 'lists', 'attention', 'health'],
  health_changed: ['health', 'attention', 'seerr', 'notifications', 'backups'],
}
