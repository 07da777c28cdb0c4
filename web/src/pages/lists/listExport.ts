/** All lists as a file that /api/lists/import takes. */
import { api, sentenceOf, take } from '@/api/client'
import { tellError } from '@/ui/toasts'

export async function downloadLists() {
  try {
    const lists = await take(api.GET('/api/lists/export'))
    const link = document.createElement('a')
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(lists, null, 2)], { type: 'application/json' }),
    )
    link.download = `listsync-lists-${(lists.exported_at ?? '').slice(0, 10)}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  } catch (error) {
    tellError(sentenceOf(error))
  }
}
