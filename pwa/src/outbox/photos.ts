/**
 * The photos on this phone, from the tap on the shutter until the server has every byte of them.
 *
 * A photo is kept with its event (`outbox.ts`) and goes after it: it may be sent once that event has its receipt. It leaves
 * the phone for the server's word that the same bytes are there, and for nothing else.
 */

import { work } from './db'
import type { KeptPhoto, PhotoState, QueuedPhoto } from './kept'

const SEEN_DAYS = 3

/**
 * All photos on this phone, oldest first, with what each waits for. Their bytes stay on the disk.
 *
 * Oldest by the device's order, not by the id: a phone's clock goes back, and ids of one millisecond fall as they like.
 */
export function photoQueue(): Promise<QueuedPhoto[]> {
  return work(['photos', 'outbox', 'refused'], 'readonly', async (tx) => {
    const photos = await tx.objectStore('photos').getAll()
    if (photos.length === 0) return []
    const [early, refused] = await Promise.all([tx.objectStore('outbox').getAllKeys(), tx.objectStore('refused').getAllKeys()])
    const [unsent, said] = [new Set(early), new Set(refused)]
    return photos.sort(byOrder).map((photo) => ({ ...photo, state: stateOf(photo, unsent, said) }))
  })
}

function byOrder(one: KeptPhoto, other: KeptPhoto): number {
  return (one.seq ?? 0) - (other.seq ?? 0)
}

function stateOf({ event, aside }: KeptPhoto, early: Set<string>, refused: Set<string>): PhotoState {
  if (aside) return aside.seen ? 'seen' : 'aside'
  if (early.has(event)) return 'early'
  return refused.has(event) ? 'refused' : 'waiting'
}

/** One photo with its bytes; undefined if it has left. */
export function photoWhole(id: string): Promise<{ photo: KeptPhoto; bytes: ArrayBuffer } | undefined> {
  return work(['photos', 'pixels'], 'readonly', async (tx) => {
    const [photo, bytes] = await Promise.all([tx.objectStore('photos').get(id), tx.objectStore('pixels').get(id)])
    return photo && bytes ? { photo, bytes } : undefined
  })
}

/** The server has it, byte for byte: it may leave. */
export async function letGo(id: string): Promise<void> {
  await work(['photos', 'pixels'], 'readwrite', async (tx) => {
    await tx.objectStore('photos').delete(id)
    await tx.objectStore('pixels').delete(id)
  })
}

/** Write down how far it has come, or why it has not. */
export async function notePhoto(id: string, change: Partial<Pick<KeptPhoto, 'sent' | 'tries' | 'error' | 'aside'>>): Promise<void> {
  await work(['photos'], 'readwrite', async (tx) => {
    const photo = await tx.objectStore('photos').get(id)
    if (photo) await tx.objectStore('photos').put({ ...photo, ...change })
  })
}

/** Try once more to send what the server would not have. */
export function sendPhotoAgain(id: string): Promise<void> {
  return notePhoto(id, { aside: null, sent: 0, tries: 0, error: null })
}

/** Somebody has read why the server would not have it. It stays on the phone for some days yet. */
export async function photoSeen(id: string, now = new Date()): Promise<void> {
  const found = await photoWhole(id)
  if (found?.photo.aside) await notePhoto(id, { aside: { ...found.photo.aside, at: now.toISOString(), seen: true } })
}

/** Forget photos that the server would not have, that somebody was told of, and that are old. */
export async function tidyPhotos(now = Date.now()): Promise<void> {
  const before = new Date(now - SEEN_DAYS * 86_400_000).toISOString()
  for (const { id, aside } of await photoQueue()) if (aside?.seen && aside.at < before) await letGo(id)
}
