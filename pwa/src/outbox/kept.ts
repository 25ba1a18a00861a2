/** What the phone keeps of an event and of its photos: as they go over the wire, whose they are, and what became of them. */

import type { EventData, EventType } from '../api/wire'

/** What somebody says happened, before it has an id. */
export interface Said {
  type: EventType
  data: EventData
}

/** An event that waits for its receipt. `author` is the person's id. */
export interface Kept extends Said {
  id: string
  seq: number
  at: string
  author: string
  device: string
  tries: number
  error: string | null
}

/** An event with what the server answered; `result` is null while it has not. */
export interface Told extends Kept {
  result: 'accepted' | 'duplicate' | 'refused' | null
  code: string | null
  detail: string | null
  answeredAt: string | null
}

/** A photo in the hand: scaled, upright, named, and not kept yet. `sha256`: of its bytes, in hex. */
export interface Taken {
  id: string
  kind: 'image/jpeg'
  bytes: ArrayBuffer
  width: number
  height: number
  sha256: string
  at: string
}

/** A photo on this phone, without its bytes: those lie in a store of their own, so that a list of photos is cheap. */
export interface KeptPhoto extends Omit<Taken, 'bytes'> {
  /** The event that names it. It is sent when that one has its receipt. */
  event: string
  /** That event's place in the device's order; absent from photos that an earlier version kept, which are older. */
  seq?: number
  author: string
  device: string
  warehouse: string | null
  size: number
  /** How many bytes the server said it has. */
  sent: number
  tries: number
  error: string | null
  /** The server will not have it: why, when, and whether somebody has read it. */
  aside: { code: string; detail: string; at: string; seen: boolean } | null
}

/**
 * `early`: its event has no receipt yet · `refused`: its event was refused, and it waits along · `waiting`: may go ·
 * `aside`: the server will not have it · `seen`: and somebody has read that.
 */
export type PhotoState = 'early' | 'refused' | 'waiting' | 'aside' | 'seen'

export interface QueuedPhoto extends KeptPhoto {
  state: PhotoState
}
