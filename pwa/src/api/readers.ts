/** Readers, tags and doors on the wire. */

export type ReaderState = 'pending' | 'live' | 'silent' | 'revoked'

export interface ReaderOut {
  id: string
  name: string
  kind: 'phone' | 'handheld' | 'reader'
  warehouse: string
  location?: string | null
  state: ReaderState
  model: string
  use: 'count' | 'portal' | 'shelf'
  known_as?: string | null
  /** What it calls itself. */
  called?: string | null
  every_seconds: number
  threshold_dbm: number
  /** Of a door: what is all of one document posts by itself. */
  auto_post: 'house' | 'always' | 'never'
  first_heard_at?: string | null
  heard_at?: string | null
  batches: number
  reads: number
  duplicates: number
  aside: number
  lost: number
  reads_per_minute: number
  clock_offset_ms: number
  clock_wrong: boolean
  two_keys: boolean
}

export interface AntennaOut {
  antenna: number
  zone?: string | null
  location?: string | null
  side?: 'in' | 'out' | null
}

/** One thing to tell a reader; `<key>` stands where its key belongs. */
export interface SetupStep {
  say: { en: string; zh: string }
  method?: string
  path?: string
  body?: unknown
  curl?: string
}

export interface SightOut {
  tag: string
  tid: string
  antennas: number[]
  rssi_dbm?: number | null
  reads: number
  first_at: string
  last_at: string
}

export interface OneReaderOut extends ReaderOut {
  antennas: AntennaOut[]
  setup: SetupStep[]
  /** The text of a QR code that makes a phone or a program this reader; its key is added by who has it. */
  qr?: string
  last_reads: SightOut[]
}

/** A row that nobody understood. */
export interface AsideOut {
  id: string
  warehouse: string
  reader?: string | null
  shape: string
  why: string
  raw: string
  times: number
  posted_at: string
}

/** A reader that may read for a count; `task`: for which it reads now. */
export interface NearOut {
  name: string
  kind: string
  state: ReaderState
  task?: string | null
}

/** What somebody who sweeps may know. */
export interface WatchOut {
  tags: number
  reads: number
  curve: { at: string; new: number }[]
  keep_sweeping: boolean
  gaps: string[]
}

export interface TagSweptOut {
  tag: string
  location?: string | null
  sku?: string | null
  name?: string | null
  reads: number
  rssi_dbm?: number | null
  last_at: string
}

export interface SweptOut {
  goods: { sku: string; name: string; unit: string; lot: string; tags: number }[]
  weak: TagSweptOut[]
  unknown: TagSweptOut[]
}

export interface TagSeenOut {
  tag: string
  location?: string | null
  /** The neighbour at which it lies. */
  near?: string | null
  sku?: string | null
  lot: string
  serial?: string | null
  reads?: number
  rssi_dbm?: number | null
  first_at?: string | null
  last_at?: string | null
}

export type FoundList = 'found' | 'nearby' | 'unexpected' | 'weak' | 'duplicate' | 'unknown' | 'other' | 'missing'
export type FoundOut = Record<FoundList, TagSeenOut[]> & { gaps: string[] }

export interface TagOut {
  id: string
  kind: 'epc' | 'tid'
  tag: string
  target: 'goods' | 'container' | 'location' | 'document'
  sku?: string | null
  lot: string
  serial?: string | null
  quantity: string
  warehouse?: string | null
  location?: string | null
  container?: string | null
  document?: string | null
  bound_at: string
}

export interface TagThenOut extends TagOut {
  unbound_at?: string | null
  by?: string | null
  reason?: string | null
}

export interface ImportOut {
  rows: number
  accepted: number
  errors: { row: number; column: string; code: string; detail: string }[]
  ignored: string[]
}

/** What went through a door together. */
export interface PassOut {
  id: string
  at: string
  warehouse: string
  reader: string
  direction: 'in' | 'out'
  document?: string | null
  /** Some of the document, all that it waits for, or more than that. */
  fits?: 'part' | 'whole' | 'over' | null
  tags: number
  goods: { sku?: string | null; lot: string; quantity: string; tags: number }[]
}

/** One tag of a passage. `why`: for what it is believed. */
export interface PassTagOut {
  tag: string
  sku?: string | null
  lot: string
  first_at: string
  last_at: string
  reads: number
  peak_dbm?: number | null
  why: string
  curve: { at: string; side?: 'in' | 'out' | null; rssi_dbm?: number | null; reads: number }[]
}

/** A passage with its tags, the weakest first, two hundred at most. */
export interface OnePassOut extends PassOut {
  threshold_dbm: number
  each: PassTagOut[]
}

/** `moved`: goods that moved in the book; `hint`: why fewer than went through. */
export interface VerdictOut {
  tags: number
  moved: string
  document?: string | null
  hint?: string | null
}

/** What a threshold would have made of a calibration walk. */
export interface ScoreOut {
  threshold_dbm: number
  kept: number
  missed: number
  wrong: number
  false: number
}

export interface WalkOut {
  id: string
  from_at: string
  to_at: string
  made_at: string
  tags: number
  best_dbm: number
  scores: ScoreOut[]
}

export interface WalksOut {
  threshold_dbm: number
  items: WalkOut[]
}
