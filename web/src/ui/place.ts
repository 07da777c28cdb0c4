/** How wide an element is, and where on the page it begins; looked at when the page changes its size. */
import { onMounted, onScopeDispose, ref, type Ref } from 'vue'

export function usePlace(root: Ref<HTMLElement | null>) {
  const width = ref(0)
  const top = ref(0)
  const measure = () => {
    const box = root.value?.getBoundingClientRect()
    if (!box) return
    width.value = box.width
    top.value = Math.round(box.top + window.scrollY)
  }
  // What stands above may grow, and the body with it.
  const observer = new ResizeObserver(measure)
  onMounted(() => {
    measure()
    observer.observe(document.body)
    if (root.value) observer.observe(root.value)
  })
  onScopeDispose(() => observer.disconnect())
  return { width, top }
}
