/** The photos on this phone as the screens see them, and how they get to the server. */

import { computed, ref, shallowRef } from 'vue'
import { ask, Problem, Unreachable } from '../api/client'
import type { PhotoOut, SymbolOut } from '../api/pictures'
import { tokenOf } from '../outbox/authors'
import type { QueuedPhoto, Taken } from '../outbox/kept'
import { photoQueue } from '../outbox/photos'
import { flushPhotos, upload, type PartAnswer, type PhotoCarrier, type SendPart } from '../outbox/photoSync'
import type { Outcome } from '../outbox/sync'
import { onBehalf, tokenFor } from './stead'

/** At most so many with one statement. */
export const MOST_PHOTOS = 3

/** Every photo on this phone, oldest first. */
export const allPhotos = shallowRef<QueuedPhoto[]>([])
export const sendingPhotos = ref(false)

/** Photos that will go by themselves: now, after their event, or when that has been dealt with. */
export const goingPhotos = computed(() => allPhotos.value.filter(({ state }) => state !== 'aside' && state !== 'seen'))
/** Photos that the server will not have. */
export const asidePhotos = computed(() => allPhotos.value.filter(({ state }) => state === 'aside'))
export const asideCount = computed(() => asidePhotos.value.length)

export async function refreshPhotos(): Promise<void> {
  allPhotos.value = await photoQueue()
}

/** Send those that may go. Null: this tab is at it already. Raises `NotSaved`. */
export async function sendPhotos(): Promise<Outcome | null> {
  if (sendingPhotos.value) return null
  if (!goingPhotos.value.some(({ state }) => state === 'waiting')) return { state: 'empty', frozen: [] }
  sendingPhotos.value = true
  try {
    return await flushPhotos(carrier, () => void refreshPhotos().catch(() => undefined))
  } finally {
    sendingPhotos.value = false
  }
}

const carrier: PhotoCarrier = {
  token: tokenFor,
  part: async (token, ...what) => {
    try {
      return await partOf(token, ...what)
    } catch (error) {
      return answerOf(error)
    }
  },
}

/** One part over the wire. `decode`: the server reads the codes on it too. Raises `Problem`, `Unreachable`. */
export async function partOf(token: string, ...[photo, offset, total, bytes]: Parameters<SendPart>): Promise<PartAnswer> {
  return partSent(token, false, photo, offset, total, bytes)
}

async function partSent(token: string, decode: boolean, ...[photo, offset, total, bytes]: Parameters<SendPart>): Promise<PartAnswer> {
  const whose = photo.author ? await onBehalf(photo.author, token) : undefined
  const query = { offset, total, sha256: photo.sha256, warehouse: photo.warehouse, decode, on_behalf_of: whose }
  const said = await ask<PhotoOut | { received: number }>('PUT', `/photos/${photo.id}/parts`, { body: bytes, query, token })
  return 'received' in said ? { kind: 'received', received: said.received } : { kind: 'stored', photo: said }
}

const READ_TRIES = 4
const BUSY_MS = 2500

/** Have the server keep a photo and read what is on it; null where it cannot be asked, or is too busy. */
export async function readByServer(photo: Taken, author: string, house: string): Promise<SymbolOut[] | null> {
  const about = { id: photo.id, sha256: photo.sha256, warehouse: house }
  const send: SendPart = async (...part) => {
    try {
      const token = await tokenOf(author, null)
      return token ? await partSent(token, true, ...part) : { kind: 'unauthorized' }
    } catch (error) {
      return answerOf(error)
    }
  }
  for (let tries = 0; tries < READ_TRIES; tries++) {
    const answer = await upload(send, about, photo.bytes, 0, () => undefined)
    if (answer.kind === 'stored') return answer.photo.symbols
    if (answer.kind !== 'unreachable' || answer.error !== 'photos_waiting') return null
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS))
  }
  return null
}

/** A server that is down or busy may take it later; what it does not find may be there later; the rest is its last word. */
function answerOf(error: unknown): PartAnswer {
  if (!(error instanceof Problem)) return { kind: 'unreachable', error: error instanceof Unreachable ? 'unreachable' : String(error) }
  if (error.status === 401) return { kind: 'unauthorized' }
  if (error.status === 404 || error.status === 405) return { kind: 'later', error: error.code }
  const passing = error.status >= 500 || [408, 425, 429].includes(error.status)
  return passing ? { kind: 'unreachable', error: error.code } : { kind: 'refused', code: error.code, detail: error.detail }
}
