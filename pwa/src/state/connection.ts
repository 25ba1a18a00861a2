/** Is the server there? Believed from its answers; what the browser says about the network is only a hint. */

import { ref } from 'vue'
import { contact } from '../api/client'
import { settings } from './settings'

export const reachable = ref(navigator.onLine)
export const lastContact = ref<number | null>(null)

const onReturn: (() => void)[] = []

/** Do something whenever there may be a network again. */
export function whenBack(job: () => void): void {
  onReturn.push(job)
}

export function followConnection(): void {
  contact.language = () => settings.language
  contact.heard = (reached) => {
    reachable.value = reached
    if (reached) lastContact.value = Date.now()
  }
  addEventListener('online', () => onReturn.forEach((job) => job()))
  addEventListener('offline', () => (reachable.value = false))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') onReturn.forEach((job) => job())
  })
}
