/** New versions are offered, never forced. */

import { ref } from 'vue'

/** A new version is ready and waits to be let in. */
export const updateReady = ref(false)

let waitingWorker: ServiceWorker | null = null

export async function followUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null)
  if (!registration) return
  offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) offer(coming)
    })
  })
}

function offer(worker: ServiceWorker | null): void {
  waitingWorker = worker ?? waitingWorker
  updateReady.value = waitingWorker !== null
}

/** Let the new version in and show it. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waitingWorker?.postMessage('take over')
}

/** A page that is older than the server's files may miss a part: load it afresh, once. */
export function mendLostParts(error: unknown): boolean {
  const lost = /dynamically imported module|Importing a module script failed|error loading dynamically/i
  const key = 'tallyloop-reloaded'
  if (!lost.test(String(error)) || sessionStorage.getItem(key)) return false
  sessionStorage.setItem(key, '1')
  location.reload()
  return true
}
