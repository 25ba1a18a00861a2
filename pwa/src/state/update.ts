/** New versions are offered, never forced. */

import { ref } from 'vue'
import { certificateRefused } from './basic'
import { whenBack } from './connection'
import { partLost } from './lost'

/** A new version is ready and waits to be let in. */
export const updateReady = ref(false)

let waitingWorker: ServiceWorker | null = null

export async function followUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const registration = await navigator.serviceWorker.register('/sw.js').catch(refused)
  if (!registration) return
  offer(registration.waiting)
  void navigator.serviceWorker.ready.then(({ active }) => whenIdle(() => active?.postMessage('keep the rest')))
  // A handheld stays open for weeks, and browsers look for a new version only when a page is loaded.
  whenBack(() => void registration.update().catch(() => undefined))
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) offer(coming)
    })
  })
}

/** Nothing of the first picture may wait for it. Safari has no `requestIdleCallback`. */
function whenIdle(then: () => void): void {
  const wait = () => ('requestIdleCallback' in window ? requestIdleCallback(then, { timeout: 10_000 }) : setTimeout(then, 2000))
  if (document.readyState === 'complete') wait()
  else window.addEventListener('load', wait, { once: true })
}

/** Https with a certificate that the phone does not trust looks secure, and yet the worker is refused. */
function refused(error: unknown): null {
  if (error instanceof DOMException && error.name === 'SecurityError') certificateRefused()
  return null
}

function offer(worker: ServiceWorker | null): void {
  waitingWorker = worker ?? waitingWorker
  updateReady.value = waitingWorker !== null
}

/** Let the new version in and show it. */
export function takeUpdate(): void {
  if (waitingWorker?.state !== 'installed') return location.reload() // another tab has let it in
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waitingWorker?.postMessage('take over')
}

/** How Chromium, Safari, Firefox and Vite say that a part is not there. */
const LOST = /dynamically imported module|Importing a module script failed|error loading dynamically|Unable to preload/i
const MARK = 'tallyloop-reloaded'
const AGAIN_MS = 60_000

/** Is the error a lost part, and was the page not loaded afresh for one just now? `last`: when it was, as kept. */
export function mayReload(error: unknown, last: string | null, now: number): boolean {
  return LOST.test(String(error)) && now - Number(last ?? 0) > AGAIN_MS
}

/** A page that is older than the server's files may miss a part: go there with a fresh page, once. Without a network say so. */
export function mendLostParts(error: unknown, to: string): void {
  if (!LOST.test(String(error))) return
  if (!navigator.onLine || !mayReload(error, sessionStorage.getItem(MARK), Date.now())) {
    partLost.value = true
    return
  }
  sessionStorage.setItem(MARK, String(Date.now()))
  location.assign(to)
}
