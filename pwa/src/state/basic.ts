/**
 * Basic mode: without a certificate that the phone trusts, browsers allow no service worker and no camera.
 *
 * Scanning, counting and the outbox work all the same while the page is open; only that has to be said, with the way out.
 */

import { ref } from 'vue'

/** No offline start, no live camera. */
export const basic = ref(!window.isSecureContext)
/** Where the server tells how to trust it; null while that is not known. */
export const setUpAt = ref<string | null>(null)

const KEY = 'tallyloop-set-up'

/** Who comes from the set-up page brings its address along: same host, plain http, another port. */
export function rememberSetUp(came: string): void {
  const from = /^http:\/\/([^/]+?)(:\d+)?\//.exec(came)
  if (from && from[1] === location.hostname && location.protocol === 'https:') localStorage.setItem(KEY, `http://${from[1]}${from[2] ?? ''}/setup`)
}

/** The service worker was refused: the certificate warning was only clicked away. */
export function certificateRefused(): void {
  basic.value = true
  setUpAt.value = localStorage.getItem(KEY)
}

/** On plain http the set-up page, if there is one, is on this very port; the app's own shell is no set-up page. */
export async function findSetUp(): Promise<void> {
  if (window.isSecureContext || location.protocol !== 'http:') return
  try {
    const reply = await fetch('/setup', { headers: { Accept: 'text/html' }, cache: 'no-store' })
    const page = reply.ok ? await reply.text() : ''
    if (page && !page.includes('id="app"')) setUpAt.value = '/setup'
  } catch {
    // No network, so no page either.
  }
}
