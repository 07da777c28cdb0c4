/** What the tab is called; a page with a subject of its own names it. */
import { watchEffect } from 'vue'
import english from '@/text/en/frame.json'
import { useText } from '@/text/text'

const text = useText('frame', english)

export function usePageTitle(title: () => string | undefined) {
  watchEffect(() => {
    const page = title()
    if (page) document.title = text('page_title', { page })
  })
}
