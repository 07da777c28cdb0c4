import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, type Ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { useRouteQuery } from '@/app/routeQuery'

async function at(address: string) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/lists', component: {} }],
  })
  await router.push(address)
  const values: Record<string, Ref<string>> = {}
  const page = defineComponent({
    setup() {
      values['q'] = useRouteQuery('q')
      values['sort'] = useRouteQuery('sort', 'name')
      return () => null
    },
  })
  mount(page, { global: { plugins: [router] } })
  return { router, values: values as { q: Ref<string>; sort: Ref<string> } }
}

describe('a value in the address', () => {
  it('is read from it, and is the fallback where it is not there', async () => {
    const { values } = await at('/lists?q=heat')
    expect([values.q.value, values.sort.value]).toEqual(['heat', 'name'])
  })

  it('is written to it beside what is there', async () => {
    const { values, router } = await at('/lists?other=1')
    values.q.value = 'heat'
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ other: '1', q: 'heat' })
  })

  it('is not undone by another that is set at the same moment', async () => {
    const { values, router } = await at('/lists')
    values.q.value = 'heat'
    values.sort.value = 'size'
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ q: 'heat', sort: 'size' })
  })

  it('leaves the address when it is the fallback again', async () => {
    const { values, router } = await at('/lists?sort=size')
    values.sort.value = 'name'
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/lists')
  })

  it('follows the address', async () => {
    const { values, router } = await at('/lists?q=heat')
    await router.push('/lists?q=alien')
    await flushPromises()
    expect(values.q.value).toBe('alien')
  })
})
