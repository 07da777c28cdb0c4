import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from '@/app/App.vue'
import { makeRouter } from '@/app/router'
import '@/ui/theme.css'

const app = createApp(App)
app.use(createPinia())
// What is known stays on the page; events of the live connection say when it is out of date.
app.use(PiniaColada, { queryOptions: { staleTime: 60_000, gcTime: 600_000 } })
app.use(makeRouter())
app.mount('#app')
