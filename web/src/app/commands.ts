/** What the command palette offers: pages, deeds, and lists and items by their names. */
import { useQuery } from '@pinia/colada'
import { Ban, CirclePlay, Eye, Film, Keyboard, ListVideo, LogOut, Palette, Plus } from '@lucide/vue'
import { computed, type Component, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { api, take } from '@/api/client'
import { useLists } from '@/api/queries'
import { useSync, type TriggerBody } from '@/live/sync'
import english from '@/text/en/commands.json'
import frame from '@/text/en/frame.json'
import { useText } from '@/text/text'
import { useSettled } from '@/ui/settled'
import { attempt } from '@/ui/toasts'
import { kindWord, titleWithYear } from '@/words/words'
import { useAccount } from './account'
import { sectionIcons } from './menu'
import { sections } from './pages'
import { useSession } from './session'
import { theme, type Theme } from './theme'

export interface Command {
  id: string
  label: string
  hint?: string
  icon: Component
  run: () => void
}

const MOST_FOUND = 6

const contains = (label: string, typed: string) => {
  const words = typed.toLocaleLowerCase().split(/\s+/)
  return words.every((word) => label.toLocaleLowerCase().includes(word))
}

/** The items that the server finds for what is typed. */
function useFoundItems(typed: Ref<string>) {
  return useQuery({
    key: () => ['items', 'palette', typed.value],
    query: () =>
      take(
        api.GET('/api/items', { params: { query: { search: typed.value, limit: MOST_FOUND } } }),
      ),
    enabled: () => typed.value.length > 1,
    placeholderData: (previous) => previous,
  })
}

function useDeeds(showShortcuts: () => void) {
  const text = useText('commands', english)
  const router = useRouter()
  const sync = useSync()
  const session = useSession()
  const account = useAccount()

  const start = (body: TriggerBody) => () =>
    void attempt(async () => {
      await sync.start(body)
      await router.push({ name: 'sync' })
    })
  const themed = (name: Theme): Command => ({
    id: `theme-${name}`,
    label: text(`theme_${name}`),
    icon: Palette,
    run: () => (theme.value = name),
  })

  return computed<Command[]>(() => {
    const all: Command[] = []
    const push = (id: keyof typeof english, icon: Component, run: () => void, hint?: string) =>
      all.push({ id, label: text(id), icon, run, ...(hint ? { hint } : {}) })
    if (session.may('sync')) {
      if (sync.running) push('cancel_run', Ban, () => void attempt(sync.cancel))
      else push('sync_now', CirclePlay, start({}))
      push('dry_run', Eye, start({ dry_run: true }))
      push('add_list', Plus, () => void router.push({ name: 'add-list' }), 'Ctrl N')
    }
    push('shortcuts', Keyboard, showShortcuts, '?')
    all.push(themed('light'), themed('dark'), themed('system'))
    if (account.canSignOut.value) push('sign_out', LogOut, () => void account.signOut())
    return all
  })
}

export function useCommands(options: { typed: Ref<string>; showShortcuts: () => void }) {
  const { typed } = options
  const text = useText('commands', english)
  const names = useText('frame', frame)
  const router = useRouter()
  const session = useSession()
  const lists = useLists()
  const found = useFoundItems(useSettled(() => typed.value))
  const deeds = useDeeds(options.showShortcuts)

  const places = computed<Command[]>(() =>
    sections
      .filter((section) => session.may(section.access))
      .map((section) => ({
        id: section.name,
        label: text('go', { page: names(section.name) }),
        icon: sectionIcons[section.name],
        run: () => void router.push({ name: section.name }),
      })),
  )
  const listCommands = computed<Command[]>(() =>
    (lists.data.value?.lists ?? []).map((list) => ({
      id: `list-${list.id}`,
      label: list.display_name,
      hint: names('lists'),
      icon: ListVideo,
      run: () => void router.push({ name: 'list', params: { id: list.id } }),
    })),
  )
  const itemCommands = computed<Command[]>(() =>
    (found.data.value?.items ?? []).map((item) => ({
      id: `item-${item.id}`,
      label: titleWithYear(item),
      hint: kindWord(item.media_type),
      icon: Film,
      run: () => void router.push({ name: 'item', params: { id: item.id } }),
    })),
  )

  return computed<Command[]>(() => {
    if (!typed.value) return [...places.value, ...deeds.value]
    const named = [...places.value, ...deeds.value, ...listCommands.value]
    const matching = named.filter((command) => contains(command.label, typed.value))
    return typed.value.length > 1 ? [...matching, ...itemCommands.value] : matching
  })
}
