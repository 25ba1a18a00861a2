/**
 * Keeps the shell on the phone so that the app opens without a network. It never touches data.
 *
 * A new version waits until somebody accepts it: swapping files under an open page is how half-entered work is lost.
 */

declare const __SHELL__: string[]
declare const __LATER__: string[]
declare const __VERSION__: string

const shell: string[] = __SHELL__
/** What reads codes in pictures is large: fetched once the page has nothing else to do. */
const later: string[] = __LATER__
const shellName = `shell-${__VERSION__}`
const worker = self as unknown as ServiceWorkerGlobalScope

worker.addEventListener('install', (event) => event.waitUntil(keepShell()))
worker.addEventListener('activate', (event) => event.waitUntil(dropOldShells().then(() => worker.clients.claim())))
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting()
  if (event.data === 'keep the rest') event.waitUntil(keepRest())
})
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  const ours = event.request.method === 'GET' && url.origin === worker.location.origin
  if (!ours || /^\/(api|docs|healthz|readyz|metrics|epcis)(\/|$)/.test(url.pathname)) return
  if (event.request.mode === 'navigate') event.respondWith(fromShell('/', event.request))
  else if (shell.includes(url.pathname)) event.respondWith(fromShell(url.pathname, event.request))
  else if (later.includes(url.pathname)) event.respondWith(fromRest(url.pathname))
})

/** Files with a hash in their name never change, so the last version's copy will do. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(shellName)
  await Promise.all(
    shell.map(async (path) => {
      const kept = path.startsWith('/assets/') ? await caches.match(path) : undefined
      const file = kept ?? (await fetch(path, { cache: 'reload' }))
      if (!file.ok) throw new Error(`${path}: ${file.status}`)
      await cache.put(path, file)
    }),
  )
  await Promise.all(later.map(async (path) => keepCopy(cache, path)))
}

/** What the last version had already, the new one need not fetch, nor be without where there is no network. */
async function keepCopy(cache: Cache, path: string): Promise<void> {
  const kept = await caches.match(path)
  if (kept) await cache.put(path, kept)
}

async function keepRest(): Promise<void> {
  for (const path of later) await fromRest(path).catch(() => undefined)
}

async function dropOldShells(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((old) => old.startsWith('shell-') && old !== shellName).map((old) => caches.delete(old)))
}

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(shellName)
  return (await cache.match(path)) ?? fetch(request)
}

async function fromRest(path: string): Promise<Response> {
  const cache = await caches.open(shellName)
  const kept = await cache.match(path)
  if (kept) return kept
  const file = await fetch(path)
  if (file.ok) await cache.put(path, file.clone())
  return file
}
