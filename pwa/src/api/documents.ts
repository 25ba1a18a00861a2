/** The shapes of documents on the wire, and of what there is to do about them. Quantities are decimal text. */

import type { CodeOut } from './catalogue'

/** A place to pick from or to put into. Never how much lies there. */
export interface BinOut {
  location: string
  zone?: string | null
  path_order?: number
  lot?: string
  expiry?: string
}

export type Priority = 'urgent' | 'high' | 'normal' | 'low'
export const PRIORITIES: Priority[] = ['urgent', 'high', 'normal', 'low']

/** A document under way, for who looks after all of them. */
export interface WorkOnOut {
  id: string
  warehouse: string
  kind: string
  number: string
  partner?: string | null
  state: DocumentOut['state'] | 'claimed'
  steps: (WorkOut['kind'] | 'count')[]
  priority: Priority
  due_at?: string | null
  late: boolean
  assignee?: string | null
  assignee_name?: string | null
  workers: { side: string; username: string; name: string; since?: string; last_at: string }[]
  done: number
  of: number
  unit?: 'lines' | 'locations'
  /** Of a count task. */
  count?: string
  form?: string
  zone?: string
  places?: number
}

/** Somebody gave a document to somebody; without `to`, to whoever is free. */
export interface GivenOut {
  at: string
  person: string
  before?: string | null
  to?: string | null
  due_at?: string | null
  priority: Priority
  note?: string | null
}

/** A line of a document. `quantity`: what is left to do, for who may know. */
export interface WorkLineOut {
  sku: string
  name: string
  unit: string
  lot: string
  lot_tracked: boolean
  serial_tracked: boolean
  codes: CodeOut[]
  quantity?: string
  bins?: BinOut[]
}

/** Something to do about a document. */
export interface WorkOut {
  /** The quiz of its step comes first. */
  quiz?: boolean
  id: string
  kind: 'receive' | 'check' | 'putaway' | 'pick' | 'ship'
  document: string
  document_kind: string
  number: string
  partner?: string | null
  warehouse: string
  state: string
  mine: boolean
  claimed_by?: string | null
  assignee?: string | null
  assignee_name?: string | null
  /** What an older page kept on this phone says nothing of it. */
  priority?: Priority
  due_at?: string | null
  location?: string | null
  locations: string[]
  /** Of a check: what it was picked into. */
  containers?: string[]
  lines: WorkLineOut[]
  done: { lines: number; of: number }
}

export interface DocumentLineOut {
  line: number
  role: string
  sku: string
  name: string
  unit: string
  lot: string
  quantity?: string
}

/** What a document has come to, item by item. */
export interface GoodsOut {
  sku: string
  name: string
  unit: string
  lot: string
  expiry?: string | null
  condition: string
  state: 'waiting' | 'differs' | 'agreed'
  first_qty: string
  agreed_qty?: string | null
  done_qty: string
}

/** What one person said about a document. */
export interface SaidOut {
  id: string
  step: string
  sku?: string | null
  name?: string | null
  lot: string
  serial?: string | null
  code?: string | null
  condition: string
  quantity: string
  location?: string | null
  to?: string | null
  photo?: string | null
  reason?: string | null
  person: string
  mine: boolean
  at: string
  voided: boolean
}

export interface DocumentOut {
  id: string
  warehouse: string
  kind: string
  number: string
  state: 'requested' | 'open' | 'working' | 'submitted' | 'done' | 'cancelled' | 'rejected'
  partner?: string | null
  announced: boolean
  /** The receipt that a delivery without a document was tied to, and what a document follows from. */
  tied_to?: string | null
  about?: string | null
  followed_by?: { id: string; kind: string; number: string; state: DocumentOut['state'] }[]
  to_warehouse?: string | null
  location?: string | null
  expected_on?: string | null
  due_at?: string | null
  late: boolean
  assignee?: string | null
  priority: Priority
  requested_by?: string | null
  requested_at: string
  approved_by?: string | null
  approved_at?: string | null
  submitted_at?: string | null
  shipped_at?: string | null
  closed_at?: string | null
  reason?: string | null
  note?: string | null
  photo?: string | null
  progress: { lines: number; stated: number; waiting?: number; differs?: number; done?: number }
}

export interface DocumentDetailOut extends DocumentOut {
  /** Of its goods, for who decides by it. */
  value?: string
  lines: DocumentLineOut[]
  goods: GoodsOut[]
  hands: { side: string; person: string }[]
  statements: SaidOut[]
  /** Deliveries without a document that count for this receipt. */
  tied?: { id: string; kind: string; number: string; state: DocumentOut['state'] }[]
  /** Who gave it to whom, the first act first; what was kept before that could be said has none. */
  given?: GivenOut[]
  /** Of an arrival: what left the other warehouse and has not come; below zero, more came than was sent. */
  on_the_way?: { sku: string; name: string; lot: string; quantity: string }[]
}

/** Stock that may not leave until somebody releases it. Without lot or location: all of it. */
export interface HoldOut {
  id: string
  warehouse: string
  kind: 'quarantine' | 'block' | 'inspection'
  sku: string
  name: string
  lot: string
  location?: string | null
  /** The return of which only so much is held as nobody has found good. */
  document?: string | null
  reason?: string | null
  note?: string | null
  placed_by: string
  placed_at: string
  released_by?: string | null
  released_at?: string | null
  release_note?: string | null
}
