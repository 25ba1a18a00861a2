/**
 * One at a time, across all tabs of this phone.
 *
 * Web Locks do it where they exist. Without TLS they do not; there a lease in the database takes their place, which ends
 * by itself if a tab dies.
 */

import { amend } from './db'

const LEASE_MS = 30_000
const me = Math.random().toString(36).slice(2)

interface Lease {
  holder: string
  until: number
}

/** Do it unless somebody else is doing it already. */
export async function alone(name: string, job: () => Promise<void>): Promise<boolean> {
  const locks = globalThis.navigator?.locks
  if (!locks) return withLease(name, job)
  return locks.request(`tallyloop-${name}`, { ifAvailable: true }, async (lock) => {
    if (lock) await job()
    return lock !== null
  })
}

/** Wait for the turn, then do it. */
export async function inTurn<T>(name: string, job: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  if (locks) return locks.request(`tallyloop-${name}`, job) as Promise<T>
  let result: { value: T } | undefined
  const once = async () => void (result = { value: await job() })
  for (let tries = 0; !result; tries++) {
    if (await withLease(name, once)) continue
    if (tries > 100) throw new Error(`no turn for ${name}`)
    await new Promise((later) => setTimeout(later, 100))
  }
  return result.value
}

async function withLease(name: string, job: () => Promise<void>): Promise<boolean> {
  const key = `lease:${name}`
  const holder = `${me}-${Math.random().toString(36).slice(2)}`
  const now = Date.now()
  const lease = await amend<Lease>(key, (held) => (held && held.until > now ? held : { holder, until: now + LEASE_MS }))
  if (lease.holder !== holder) return false
  try {
    await job()
  } finally {
    await amend<Lease>(key, (held) => (held?.holder === holder ? { holder, until: 0 } : (held ?? { holder, until: 0 })))
  }
  return true
}
