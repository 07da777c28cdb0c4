/** All lists as a file that /api/lists/import takes. */
import { api, take } from '@/api/client'
import { download } from '@/ui/download'
import { attempt } from '@/ui/toasts'

export const downloadLists = () =>
  attempt(async () => {
    const lists = await take(api.GET('/api/lists/export'))
    const name = `listsync-lists-${(lists.exported_at ?? '').slice(0, 10)}.json`
    download(name, `${JSON.stringify(lists, null, 2)}\n`, 'application/json')
  })
