/** Which address shows which screen. What supervisors use is loaded when they first go there. */

import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { learn } from './i18n'
import HomeTasks from './screens/HomeTasks.vue'
import SignIn from './screens/SignIn.vue'
import BlindCount from './screens/BlindCount.vue'
import { photoParts } from './screens/photoParts'
import { stepParts } from './screens/stepParts'
import { leavingFor } from './state/leaving'
import { partLost } from './state/lost'
import { person } from './state/session'
import { mendLostParts } from './state/update'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: HomeTasks },
  { path: '/sign-in', name: 'sign-in', component: SignIn, meta: { open: true } },
  { path: '/tasks/:id', name: 'task', component: BlindCount, meta: { back: 'home' } },
  { path: '/work/:id', name: 'work', component: () => import('./screens/DocumentWork.vue'), meta: { back: 'home' } },
  { path: '/receive', name: 'receive', component: () => import('./screens/WorkList.vue'), meta: { back: 'home' } },
  { path: '/pick', name: 'pick', component: () => import('./screens/WorkList.vue'), meta: { back: 'home' } },
  { path: '/documents/:id?', name: 'documents', component: () => import('./screens/DocumentList.vue'), meta: { back: 'home' } },
  { path: '/who-does-what', name: 'board', component: () => import('./screens/WorkBoard.vue'), meta: { back: 'documents' } },
  { path: '/ask-document', name: 'ask-document', component: () => import('./screens/AskDocument.vue'), meta: { back: 'documents' } },
  { path: '/holds', name: 'holds', component: () => import('./screens/HeldGoods.vue'), meta: { back: 'home' } },
  { path: '/hold', name: 'hold', component: () => import('./screens/HoldGoods.vue'), meta: { back: 'holds' } },
  { path: '/leave', name: 'leave', component: () => import('./screens/LeaveStock.vue'), meta: { back: 'home' } },
  { path: '/produce', name: 'produce', component: () => import('./screens/ProduceGoods.vue'), meta: { back: 'home' } },
  { path: '/produce/usage', name: 'usage', component: () => import('./screens/ProductionUsage.vue'), meta: { back: 'produce' } },
  { path: '/queue', name: 'queue', component: () => import('./screens/SyncQueue.vue'), meta: { back: 'home' } },
  { path: '/cases/:id?', name: 'cases', component: () => import('./screens/OpenCases.vue'), meta: { back: 'home' } },
  { path: '/needs', name: 'needs', component: () => import('./screens/NeedsYou.vue'), meta: { back: 'home' } },
  { path: '/actions/:id', name: 'action', component: () => import('./screens/ActionDone.vue'), meta: { back: 'home' } },
  { path: '/answers', name: 'answers', component: () => import('./screens/WhoAnswers.vue'), meta: { back: 'cases' } },
  { path: '/trace', name: 'trace', component: () => import('./screens/TraceGoods.vue'), meta: { back: 'home' } },
  { path: '/steps', name: 'steps', component: () => import('./screens/StepTexts.vue'), meta: { back: 'home' } },
  { path: '/report', name: 'report', component: () => import('./screens/ReportCase.vue'), meta: { back: 'home' } },
  { path: '/approvals/:id?', name: 'approvals', component: () => import('./screens/ApprovalQueue.vue'), meta: { back: 'home' } },
  { path: '/start-count', name: 'start-count', component: () => import('./screens/StartCount.vue'), meta: { back: 'counts' } },
  { path: '/counts/:id?', name: 'counts', component: () => import('./screens/CountList.vue'), meta: { back: 'home' } },
  { path: '/sweep/:id', name: 'sweep', component: () => import('./screens/SweepCount.vue'), meta: { back: 'home' } },
  { path: '/swept/:id', name: 'swept', component: () => import('./screens/SweptFound.vue'), meta: { back: 'counts' } },
  { path: '/readers/:id?', name: 'readers', component: () => import('./screens/ReadersPanel.vue'), meta: { back: 'home' } },
  { path: '/door-walk/:id', name: 'door-walk', component: () => import('./screens/DoorWalk.vue'), meta: { back: 'readers' } },
  { path: '/doors/:id?', name: 'doors', component: () => import('./screens/DoorPasses.vue'), meta: { back: 'home' } },
  { path: '/tags', name: 'tags', component: () => import('./screens/TagDesk.vue'), meta: { back: 'home' } },
  { path: '/set-aside', name: 'aside', component: () => import('./screens/SetAside.vue'), meta: { back: 'readers' } },
  { path: '/look-up', name: 'look-up', component: () => import('./screens/LookUp.vue'), meta: { back: 'home' } },
  { path: '/move', name: 'move', component: () => import('./screens/MoveStock.vue'), meta: { back: 'home' } },
  { path: '/settings', name: 'settings', component: () => import('./screens/PhoneSettings.vue'), meta: { back: 'home' } },
  { path: '/settings/scanner', name: 'scanner', component: () => import('./screens/ScannerSetup.vue'), meta: { back: 'settings' } },
  { path: '/:rest(.*)*', redirect: '/' },
]

/** Without a service worker nothing keeps the parts of the app: fetch them all while there is a network. */
export async function fetchAllParts(): Promise<void> {
  const parts = routes.map(({ component }) => component).filter((part) => typeof part === 'function')
  const words = [() => learn('en'), () => learn('zh-CN')]
  for (const part of [...(parts as (() => Promise<unknown>)[]), ...photoParts, ...stepParts, ...words]) await part().catch(() => undefined)
}

export const router = createRouter({ history: createWebHistory(), routes, scrollBehavior: () => ({ top: 0 }) })

router.beforeEach((to, from) => {
  leavingFor.value = to.name === from.name ? null : to.fullPath
  if (!person.value && !to.meta.open) return { name: 'sign-in', query: to.path === '/' ? {} : { to: to.fullPath } }
  return person.value && to.name === 'sign-in' && to.query.again === undefined ? { name: 'home' } : true
})

router.onError((error, to) => {
  leavingFor.value = null
  mendLostParts(error, to.fullPath)
})
router.afterEach((to) => {
  partLost.value = false
  if (leavingFor.value === to.fullPath) leavingFor.value = null
})
