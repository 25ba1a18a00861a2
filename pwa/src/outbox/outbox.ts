/**
 * The outbox: every floor event, from the tap until its receipt.
 *
 * `keep` gives the event its id and its place in the device's order and puts it on the disk; only when it resolves may the
 * phone beep. An event leaves for a receipt and for nothing else. A refused one moves to a list of its own. Photos are kept
 * in the same transaction as the event that names them; `photos.ts` says what becomes of them.
 */

import type { EventData, Receipt } from '../api/wire'
import { uuid7 } from '../domain/uuid7'
import { work, type Tx } from './db'
import type { Kept, KeptPhoto, Said, Taken, Told } from './kept'

const TRAIL_DAYS = 3
const DONE_SHOWN = 50

/** A new id, made where the thing happens. */
export function newId(now = Date.now()): string {
  return uuid7(now, crypto.getRandomValues(new Uint8Array(10)))
}

/** Keep what was said, all of it or nothing, in the order given. `photos` belong to the first. Raises `NotSaved`. */
export function keep(author: string, device: string, said: Said[], photos: Taken[] = []): Promise<Kept[]> {
  const now = Date.now()
  const at = new Date(now).toISOString()
  const drafts = said.map((one) => ({ ...plain(one), id: newId(now), at, author, device, tries: 0, error: null }))
  if (photos.length === 0) return work(['outbox', 'trail', 'kv'], 'readwrite', (tx) => enter(tx, drafts))
  drafts[0].data = { ...drafts[0].data, ...naming(drafts[0].type, photos) }
  const { id, data } = drafts[0]
  const kept = photos.map((photo) => keptOf(photo, { event: id, author, device, warehouse: data.warehouse ?? null }))
  return work(['outbox', 'trail', 'kv', 'photos', 'pixels'], 'readwrite', async (tx) => {
    const events = await enter(tx as unknown as Tx<'outbox' | 'trail' | 'kv', 'readwrite'>, drafts)
    await Promise.all(kept.map((photo) => tx.objectStore('photos').put({ ...photo, seq: events[0].seq })))
    await Promise.all(photos.map((photo) => tx.objectStore('pixels').put(photo.bytes, photo.id)))
    return events
  })
}

/** How an event names its photos: a count one, a report several. */
function naming(type: Kept['type'], photos: Taken[]): Pick<EventData, 'photo' | 'photos'> {
  const ids = photos.map(({ id }) => id)
  return type === 'case.report' || type === 'action.done' ? { photos: ids } : { photo: ids[0] }
}

function keptOf(photo: Taken, whose: Pick<KeptPhoto, 'event' | 'author' | 'device' | 'warehouse'>): KeptPhoto {
  const { bytes, ...about } = photo
  return { ...about, ...whose, size: bytes.byteLength, sent: 0, tries: 0, error: null, aside: null }
}

/** Runs again after a lost handle, so it first looks whether the events are there already. */
async function enter(tx: Tx<'outbox' | 'trail' | 'kv', 'readwrite'>, drafts: Omit<Kept, 'seq'>[]): Promise<Kept[]> {
  const there = await Promise.all(drafts.map((draft) => tx.objectStore('trail').get(draft.id)))
  if (there.every((one) => one !== undefined)) return there as Kept[]
  const last = ((await tx.objectStore('kv').get('seq')) as number | undefined) ?? 0
  const kept = drafts.map((draft, place) => ({ ...draft, seq: last + place + 1 }))
  await Promise.all(kept.map((event) => write(tx, event)))
  await tx.objectStore('kv').put(last + kept.length, 'seq')
  return kept
}

async function write(tx: Tx<'outbox' | 'trail' | 'kv', 'readwrite'>, event: Kept): Promise<void> {
  await tx.objectStore('outbox').put(event)
  await tx.objectStore('trail').put({ ...event, result: null, code: null, detail: null, answeredAt: null })
}

/** All that waits, oldest first. */
export function waiting(): Promise<Kept[]> {
  return work(['outbox'], 'readonly', (tx) => tx.objectStore('outbox').index('seq').getAll())
}

/** What waits, and the last place in the device's order, as they stand together at one instant. */
export function standing(): Promise<{ waiting: Kept[]; last: number }> {
  return work(['outbox', 'kv'], 'readonly', async (tx) => {
    const waits = await tx.objectStore('outbox').index('seq').getAll()
    return { waiting: waits, last: ((await tx.objectStore('kv').get('seq')) as number | undefined) ?? 0 }
  })
}

/** What the server refused and nobody has dealt with, oldest first. */
export function refusedOnes(): Promise<Told[]> {
  return work(['refused'], 'readonly', (tx) => tx.objectStore('refused').index('seq').getAll())
}

/** Everything this phone said about one task, oldest first. */
export async function trailOf(task: string): Promise<Told[]> {
  const told = await work(['trail'], 'readonly', (tx) => tx.objectStore('trail').index('task').getAll(task))
  return told.sort((one, other) => one.seq - other.seq)
}

/** The last events that got through, newest first. */
export async function lastDone(): Promise<Told[]> {
  const told = await work(['trail'], 'readonly', async (tx) => {
    const found: Told[] = []
    let cursor = await tx.objectStore('trail').index('seq').openCursor(null, 'prev')
    while (cursor && found.length < DONE_SHOWN) {
      if (cursor.value.result && cursor.value.result !== 'refused') found.push(cursor.value)
      cursor = await cursor.continue()
    }
    return found
  })
  return told
}

/** Take the server's word for each event: done ones leave, refused ones move over. One transaction for all. */
export async function settle(receipts: Receipt[], now = new Date()): Promise<void> {
  const answeredAt = now.toISOString()
  await work(['outbox', 'refused', 'trail'], 'readwrite', async (tx) => {
    for (const { id, result, code, detail } of receipts) {
      const event = await tx.objectStore('outbox').get(id)
      if (!event) continue
      const told: Told = { ...event, result, code: code ?? null, detail: detail ?? null, answeredAt }
      if (result === 'refused') await tx.objectStore('refused').put(told)
      await tx.objectStore('trail').put(told)
      await tx.objectStore('outbox').delete(id)
      if (event.type === 'quiz.answer' && result !== 'refused' && !code) await sayAfterQuiz(tx, event.author)
    }
  })
}

/** A passed quiz opens the door to what was refused for want of it: it is said again, as it was, at its old place. */
async function sayAfterQuiz(tx: Tx<'outbox' | 'refused' | 'trail', 'readwrite'>, author: string): Promise<void> {
  const refused = await tx.objectStore('refused').index('seq').getAll()
  for (const old of refused.filter((one) => one.author === author && one.code === 'quiz_required')) await again(tx, old)
}

/** Note why a delivery failed; the events stay. */
export async function noteFailure(ids: string[], error: string): Promise<void> {
  await work(['outbox'], 'readwrite', async (tx) => {
    for (const id of ids) {
      const event = await tx.objectStore('outbox').get(id)
      if (event) await tx.objectStore('outbox').put({ ...event, tries: event.tries + 1, error })
    }
  })
}

/** Say a refused thing again: the same event under the same id, since the server judges a refused one anew. */
export async function sayAgain(id: string): Promise<void> {
  await work(['outbox', 'refused', 'trail'], 'readwrite', async (tx) => {
    const old = await tx.objectStore('refused').get(id)
    if (old) await again(tx, old)
  })
}

async function again(tx: Tx<'outbox' | 'refused' | 'trail', 'readwrite'>, old: Told): Promise<void> {
  const { result: _result, code: _code, detail: _detail, answeredAt: _answeredAt, ...event } = old
  await tx.objectStore('outbox').put({ ...event, tries: 0, error: null })
  await tx.objectStore('trail').put({ ...old, result: null, code: null, detail: null, answeredAt: null })
  await tx.objectStore('refused').delete(old.id)
}

/** Somebody has read the refusal and leaves it at that. The trail still has it. */
export async function putAside(id: string): Promise<void> {
  await work(['refused'], 'readwrite', (tx) => tx.objectStore('refused').delete(id))
}

/** Forget what is answered and old, so that the phone does not fill up. */
export async function tidy(now = Date.now()): Promise<void> {
  const before = new Date(now - TRAIL_DAYS * 86_400_000).toISOString()
  await work(['trail'], 'readwrite', async (tx) => {
    let cursor = await tx.objectStore('trail').openCursor()
    while (cursor) {
      const { result, at } = cursor.value
      if (result !== null && at < before) await cursor.delete()
      cursor = await cursor.continue()
    }
  })
}

/** Reactive wrappers cannot be cloned into the database. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
