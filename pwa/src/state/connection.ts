/** Is the server there? Believed from its answers; what the browser says about the network is only a hint. */

import { ref } from 'vue'
import { contact } from '../api/client'
import { settings } from './settings'

export const reachable = ref(navigator.onLine)
export const lastContact = ref<number | null>(null)
/** Minutes by which this phone's clock is ahead of the server's (negative: behind); 0 while it is right or not known. */
export const minutesAhead = ref(0)

/** `offset`: server minus phone in milliseconds, as `/sync` answers it. Below a minute nobody needs to hear of it. */
export function hearClock(offset: number): void {
  minutesAhead.value = Math.abs(offset) < 60_000 ? 0 : Math.round(-offset / 60_000)
}

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
