import 'vant/es/style/base.css'
import 'vant/es/overlay/index.css'
import 'vant/es/popup/index.css'
import 'vant/es/loading/index.css'
import 'vant/es/pull-refresh/index.css'
import 'vant/es/switch/index.css'
import 'vant/es/swipe-cell/index.css'
import './ui/theme.css'
import { createApp } from 'vue'
import App from './App.vue'
import { fetchAllParts, router } from './routes'
import { basic, rememberSetUp } from './state/basic'
import { followConnection } from './state/connection'
import { followFingers } from './state/finger'
import { followQueue } from './state/queue'
import { restore } from './state/session'
import { followSettings } from './state/settings'
import { followUpdates, mendLostParts } from './state/update'

const words = followSettings().catch((error: unknown) => mendLostParts(error, location.href))
followConnection()
followFingers(document)
rememberSetUp(document.referrer)
// Without a readable database the phone still has to say so, hence the page is shown in any case.
void Promise.all([words, restore().catch(() => undefined)]).then(() => {
  createApp(App).use(router).mount('#app')
  followQueue()
  void followUpdates().then(() => (basic.value ? fetchAllParts() : undefined))
  void navigator.storage?.persist?.()
})
