/** The icons of the menu. */
import {
  FileText,
  Film,
  History,
  LayoutDashboard,
  ListVideo,
  RefreshCw,
  Settings,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Section } from './pages'

export const sectionIcons: Record<Section, Component> = {
  dashboard: LayoutDashboard,
  lists: ListVideo,
  items: Film,
  sync: RefreshCw,
  history: History,
  logs: FileText,
  settings: Settings,
}
