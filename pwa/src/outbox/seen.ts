/**
 * What this phone was told by the server and may show again without a network, for some days.
 *
 * It may hold book quantities, so it leaves with the person who saw it: the next one on a shared phone finds none of it.
 */

import { recall, remember, work } from './db'

const DAYS = 3
const PREFIX = 'seen:'
const EARLIER = 'stock:' // as earlier versions of this page called it

export interface Seen<T> {
  at: number
  value: T
}

export function keepSeen<T>(what: string, value: T, at = Date.now()): Promise<void> {
  return remember(PREFIX + what, { at, value } satisfies Seen<T>)
}

export function recallSeen<T>(what: string): Promise<Seen<T> | undefined> {
  return recall<Seen<T>>(PREFIX + what)
}

/** Forget all of it. */
export function forgetSeen(): Promise<void> {
  return drop(() => true)
}

/** Forget what is old, so that the phone does not fill up. */
export function tidySeen(now = Date.now()): Promise<void> {
  return drop(({ at }) => at < now - DAYS * 86_400_000)
}

function drop(goes: (seen: Seen<unknown>) => boolean): Promise<void> {
  return work(['kv'], 'readwrite', async (tx) => {
    for (const prefix of [PREFIX, EARLIER]) {
      let cursor = await tx.objectStore('kv').openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`))
      while (cursor) {
        if (goes(cursor.value as Seen<unknown>)) await cursor.delete()
        cursor = await cursor.continue()
      }
    }
  })
}
