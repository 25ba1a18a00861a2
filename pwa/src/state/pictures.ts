/** Pictures that somebody looks at or waits for: fetched from the server, or brought there before a decision names them. */

import { fetchPicture, Problem, Unreachable } from '../api/client'
import type { PhotoAboutOut } from '../api/pictures'
import type { Taken } from '../outbox/kept'
import { photoWhole } from '../outbox/photos'
import { upload, type SendPart } from '../outbox/photoSync'
import { partOf } from './photos'
import { asMe, call, person } from './session'

/** Bring photos to the server while somebody waits, for a decision that names them. Raises `Problem`, `Unreachable`. */
export async function bringNow(photos: Taken[], warehouse: string, onto: (number: number) => void): Promise<void> {
  for (const [place, photo] of photos.entries()) {
    onto(place + 1)
    if (!brought.has(photo.id)) await bringOne(photo, warehouse)
    brought.add(photo.id)
  }
}

/** What the server has of those: a second try at the decision need not send them again. */
const brought = new Set<string>()

async function bringOne(photo: Taken, warehouse: string): Promise<void> {
  const send: SendPart = (...what) => asMe((token) => partOf(token, ...what))
  const answer = await upload(send, { id: photo.id, sha256: photo.sha256, warehouse }, photo.bytes, 0, () => undefined)
  if (answer.kind === 'stored') return
  throw answer.kind === 'refused' ? new Problem(422, answer.code, answer.detail) : new Unreachable()
}

/** A picture, from this phone while it is still here and mine, else from the server. Raises `Problem`, `Unreachable`. */
export async function fetchPhoto(id: string, size?: 'thumb'): Promise<Blob> {
  const here = await photoWhole(id).catch(() => undefined)
  if (here && here.photo.author === person.value?.id) return new Blob([here.bytes], { type: here.photo.kind })
  return asMe((token) => fetchPicture(`/photos/${id}`, { query: { size }, token }))
}

/** Who took it, when, and its fingerprint. Raises `Problem`, `Unreachable`. */
export function aboutPhoto(id: string): Promise<PhotoAboutOut> {
  return call<PhotoAboutOut>('GET', `/photos/${id}/about`)
}
