/** What every part of the wire shares, and the one door of the floor, as `api.md` and the server's OpenAPI document name them. Quantities are decimal text. */

export interface Page<T> {
  items: T[]
  next: string | null
}

export type Method = 'camera' | 'wedge' | 'keypad' | 'photo' | 'rfid'

export type EventType =
  | 'count.claim'
  | 'count.release'
  | 'count.entry'
  | 'count.void'
  | 'count.empty'
  | 'count.submit'
  | 'receive.line'
  | 'receive.check'
  | 'receive.submit'
  | 'putaway'
  | 'pick.line'
  | 'pick.check'
  | 'pick.short'
  | 'pick.submit'
  | 'ship'
  | `adjust.${'scrap' | 'return' | 'sample' | 'gift' | 'internal_use'}`
  | `produce.${'consume' | 'output'}`
  | 'document.claim'
  | 'document.void'
  | 'move'
  | 'container.move'
  | 'case.report'
  | 'quiz.answer'
  | 'action.done'

/** The words of an event; which ones it needs depends on its type, see `api.md`. */
export interface EventData {
  task?: string
  reason?: string
  location?: string
  code?: string
  sku?: string
  lot?: string
  serial?: string
  quantity?: string
  method?: Method
  raw?: string
  entry?: string
  /** A production order. */
  order?: string
  /** A document's id or number; `statement`: what is withdrawn of it. */
  document?: string
  statement?: string
  expiry?: string
  condition?: string
  /** The checker goes on scanning this. */
  more?: boolean
  /** How much was there, where there was not enough. */
  found?: string
  side?: 'first' | 'check'
  from?: string
  to?: string
  /** What carries the goods, and what they were taken out of. */
  container?: string
  out_of?: string
  kind?: string
  note?: string
  warehouse?: string
  photo?: string
  photos?: string[]
  step?: string
  answers?: number[]
  sop?: string
  /** A corrective action of a case. */
  case?: string
  action?: string
}

export interface Receipt {
  id: string
  result: 'accepted' | 'duplicate' | 'refused'
  code?: string | null
  detail?: string | null
}

export interface SyncOut {
  received_at: string
  clock_offset_ms: number
  receipts: Receipt[]
}
