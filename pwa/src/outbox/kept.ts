/** What the phone keeps of an event: as it goes over the wire, whose it is, and what became of it. */

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
