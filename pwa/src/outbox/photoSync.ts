/**
 * Sends photos: one at a time, in parts, each under its author's own token, and only after its event has a receipt.
 *
 * The server says how many bytes it has, and the phone goes on from there; so an answer that was lost costs one part at most.
 * It has a lock of its own: a photo on its way never holds up an event.
 */

import type { PhotoOut } from '../api/pictures'
import { NotSaved } from './db'
import type { KeptPhoto } from './kept'
import { alone } from './locks'
import { letGo, notePhoto, photoQueue, photoWhole } from './photos'
import type { Outcome } from './sync'

/** Small enough for the edge of a hall's network, large enough that a photo is one or two of them. */
export const PART = 256 * 1024
/** So often bytes may arrive other than they left before somebody has to look at it. */
const DAMAGED_OFTEN = 3

/**
 * What came of one part. `received`: so many bytes are there, go on from them. `later`: this photo cannot go now, others may.
 */
export type PartAnswer =
  | { kind: 'received'; received: number }
  | { kind: 'stored'; photo: PhotoOut }
  | { kind: 'unauthorized' }
  | { kind: 'refused'; code: string; detail: string }
  | { kind: 'unreachable'; error: string }
  | { kind: 'later'; error: string }

/** `author`: who took it, absent for one's own that goes at once. */
export type Sent = Pick<KeptPhoto, 'id' | 'sha256' | 'warehouse'> & Partial<Pick<KeptPhoto, 'author'>>

export type SendPart = (photo: Sent, offset: number, total: number, bytes: ArrayBuffer) => Promise<PartAnswer>

/** What the sender needs from outside. `token` gives null when the author has to sign in again; it may raise. */
export interface PhotoCarrier {
  token: (author: string, spent: string | null) => Promise<string | null>
  part: (token: string, ...what: Parameters<SendPart>) => Promise<PartAnswer>
}

/** Send every photo that may go. `moved`: told after each part, for the screens. `busy`: another tab is at it. */
export async function flushPhotos(carrier: PhotoCarrier, moved: () => void = () => undefined): Promise<Outcome> {
  const frozen = new Set<string>()
  const tried = new Set<string>()
  let someLater = false
  for (;;) {
    const queue = await photoQueue()
    const next = queue.find(({ id, state, author }) => state === 'waiting' && !tried.has(id) && !frozen.has(author))
    if (!next) return { state: someLater ? 'unreachable' : frozen.size > 0 ? 'frozen' : 'empty', frozen: Array.from(frozen) }
    tried.add(next.id)
    const end: { answer?: PartAnswer } = {}
    const mine = await alone('photos', async () => {
      end.answer = await sendOne(carrier, next.id, moved)
    })
    if (!mine) return { state: 'busy', frozen: Array.from(frozen) }
    someLater ||= end.answer?.kind === 'later'
    if (end.answer?.kind === 'unauthorized') frozen.add(next.author)
    if (end.answer?.kind === 'unreachable') return { state: 'unreachable', frozen: Array.from(frozen) }
  }
}

/** Undefined: it has left meanwhile, another tab was quicker. */
async function sendOne(carrier: PhotoCarrier, id: string, moved: () => void): Promise<PartAnswer | undefined> {
  const found = await photoWhole(id)
  if (!found) return undefined
  const { photo, bytes } = found
  const note = async (sent: number) => {
    await notePhoto(id, { sent })
    moved()
  }
  const answer = await upload(underOwnName(carrier, photo.author), photo, bytes, photo.sent, note)
  await settlePhoto(photo, answer)
  moved()
  return answer
}

/** Bring a photo's bytes to the server, from `sent` on; gives the last word on it. `note` hears how many have arrived. */
export async function upload(
  send: SendPart,
  photo: Sent,
  bytes: ArrayBuffer,
  sent: number,
  note: (sent: number) => Promise<void> | void,
): Promise<PartAnswer> {
  const total = bytes.byteLength
  const enough = 2 * Math.ceil(total / PART) + 4
  let offset = Math.min(sent, total)
  for (let parts = 0; parts < enough; parts++) {
    const answer = await send(photo, offset, total, bytes.slice(offset, offset + PART))
    if (answer.kind === 'stored' && isOther(photo, total, answer.photo)) return { kind: 'refused', code: 'photo_differs', detail: '' }
    if (answer.kind !== 'received') return answer
    offset = Math.max(0, Math.min(answer.received, total))
    await note(offset)
  }
  return { kind: 'unreachable', error: 'no_progress' }
}

/**
 * The server's word is about other bytes than these: then these must stay.
 *
 * It checks the fingerprint of what was sent before it keeps a photo, and answers that of what it keeps, which is without
 * the words that some browsers write beside the pixels. So the two can be compared only where nothing was left out.
 */
function isOther(mine: Pick<KeptPhoto, 'id' | 'sha256'>, total: number, theirs: PhotoOut): boolean {
  return theirs.id !== mine.id || (theirs.bytes === total && theirs.sha256.toLowerCase() !== mine.sha256)
}

/** A token of the author's own, renewed once if the server no longer takes it. */
function underOwnName(carrier: PhotoCarrier, author: string): SendPart {
  let token: string | null = null
  return async (...what) => {
    try {
      token ??= await carrier.token(author, null)
      if (!token) return { kind: 'unauthorized' }
      const answer = await carrier.part(token, ...what)
      if (answer.kind !== 'unauthorized') return answer
      token = await carrier.token(author, token)
      return token ? await carrier.part(token, ...what) : answer
    } catch (error) {
      if (error instanceof NotSaved) throw error
      return { kind: 'unreachable', error: error instanceof Error ? error.name : 'unreachable' }
    }
  }
}

async function settlePhoto({ id, tries }: KeptPhoto, answer: PartAnswer, now = new Date()): Promise<void> {
  if (answer.kind === 'stored') return letGo(id)
  if (answer.kind === 'unreachable' || answer.kind === 'later') return notePhoto(id, { tries: tries + 1, error: answer.error })
  if (answer.kind !== 'refused') return
  const { code, detail } = answer
  // Damaged on the way: the server has thrown its parts away, so begin again. Damaged every time: it is damaged here.
  if (code === 'photo_damaged' && tries + 1 < DAMAGED_OFTEN) return notePhoto(id, { sent: 0, tries: tries + 1, error: code })
  return notePhoto(id, { aside: { code, detail, at: now.toISOString(), seen: false } })
}
