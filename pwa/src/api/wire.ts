/** The shapes on the wire, as `api.md` and the server's OpenAPI document name them. Quantities are decimal text. */

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface RoleIn {
  warehouse: string
  role: string
}

export interface Person {
  id: string
  username: string
  name: string
  language?: string | null
  roles: RoleIn[]
}

export interface SessionOut {
  access_token: string
  refresh_token: string
  expires_in: number
  person: Person
}

export interface WarehouseOut {
  id: string
  code: string
  name: string
  timezone?: string
}

export interface MeOut {
  person: Person
  roles: RoleIn[]
  warehouses: WarehouseOut[]
  permissions: Record<string, string[]>
}

export type CountForm = 'full' | 'list' | 'zero'
export type CountMode = 'independent' | 'parts'
export type Method = 'camera' | 'wedge' | 'keypad' | 'photo' | 'rfid'

export interface CodeOut {
  code: string
  pack_quantity: string
}

export interface LineOut {
  location: string
  sku: string
  name: string
  unit: string
  lot: string
  expiry?: string | null
  lot_tracked: boolean
  serial_tracked: boolean
  codes: CodeOut[]
  book_qty?: string
}

export interface PlaceOut {
  code: string
  zone?: string | null
  path_order?: number
  kind?: string
}

export interface TaskOut {
  id: string
  kind: string
  count: string
  warehouse: string
  form: CountForm
  mode: CountMode
  open: boolean
  state: 'open' | 'claimed' | 'submitted' | 'cancelled'
  mine: boolean
  claimed_by?: string | null
  lease_until?: string | null
  assignee?: string | null
  due_at?: string | null
  locations: string[]
  places: PlaceOut[]
  lines: LineOut[]
  /** Skus whose count takes a photo, and bins of which one is wanted by chance. */
  photo_items?: string[]
  photo_places?: string[]
  done: { locations: number; of: number }
  entries: number
  /** The quiz of its step is to be passed before it is taken. */
  quiz?: boolean
  /** To be swept with these readers, or with any if it names none; absent: scanned. */
  readers?: string[]
  round?: number
  my_entries?: EntryOut[]
}

export interface EntryOut {
  id: string
  kind: 'entry' | 'void' | 'empty'
  location: string
  sku?: string | null
  name?: string | null
  lot?: string | null
  serial?: string | null
  code?: string | null
  photo?: string | null
  quantity?: string | null
  at: string
  method?: string | null
  voided?: boolean
  unknown?: boolean
}

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

export interface ItemOut {
  id: string
  sku: string
  name: string
  category?: string | null
  unit: string
  lot_tracked: boolean
  serial_tracked: boolean
  shelf_life_days?: number | null
  active?: boolean
  codes?: CodeOut[]
}

export interface LocationOut {
  id: string
  warehouse: string
  code: string
  zone?: string | null
  kind?: string | null
  path_order?: number
  virtual?: boolean
}

export interface IdentifyOut {
  kind: 'item' | 'location' | 'lot' | 'serial' | 'container' | 'document' | 'person' | 'unknown'
  code: string
  sku?: string | null
  name?: string | null
  unit?: string | null
  lot_tracked?: boolean
  serial_tracked?: boolean
  lot?: string | null
  expiry?: string | null
  serial?: string | null
  location?: string | null
  zone?: string | null
  container?: string | null
  document?: string | null
  pack_quantity?: string | null
  quantity?: string | null
}

export interface StockOut {
  warehouse: string
  location: string
  zone?: string | null
  sku: string
  name: string
  unit: string
  lot: string
  expiry?: string | null
  qty?: string
  /** How much of it open orders will take. */
  reserved?: string
  under_count?: boolean
}

export interface CountTaskOut {
  id: string
  locations: string[]
  round: number
  assignee?: string | null
  state: string
  claimed_by?: string | null
}

/** A scan whose code names nothing yet; `before`, `after`: what the same person scanned around it, nearest first. */
export interface UnknownOut {
  entry: string
  location: string
  code: string
  person: string
  at: string
  before?: string[]
  after?: string[]
}

export interface CountOut {
  id: string
  warehouse: string
  form: CountForm
  mode: CountMode
  open?: boolean
  readers?: string[]
  state: 'released' | 'counting' | 'deciding' | 'closed' | 'cancelled'
  requested_by?: string | null
  requested_at?: string
  due_at?: string | null
  progress?: { locations: number; counted_locations: number; tasks: number; submitted_tasks: number }
  lines?: Record<string, number>
  tasks?: CountTaskOut[]
  uncounted?: { location: string; sku: string; name: string; lot: string }[]
  unknown?: UnknownOut[]
}

export type VarianceState = 'counting' | 'matched' | 'recount' | 'held' | 'pending' | 'approved' | 'rejected'

export interface VarianceOut {
  id: string
  warehouse: string
  location: string
  sku: string
  name: string
  unit: string
  lot: string
  counted_qty: string
  book_qty: string
  variance_qty: string
  variance_value?: string | null
  as_of: string
  round: number
  state: VarianceState
  tier?: string | null
  contaminated?: boolean
  unexpected?: boolean
  count: string
  deadline?: string | null
  overdue?: boolean
  may_decide?: boolean
  why_not?: string | null
  flags?: string[]
}

export interface RoundOut {
  round: number
  counted_qty: string
  book_qty: string
  variance_qty: string
  span_from?: string
  as_of: string
  contaminated?: boolean
  control?: boolean
  task?: string
  /** data_gap, unexpected_tags, duplicate_tag: why it does not settle by itself. */
  doubt?: string | null
  by: string[]
  entries: {
    id: string
    kind: string
    quantity: string | null
    at: string
    person?: string
    /** Who sent it in that person's stead. */
    brought_by?: string
    device?: string
    method?: string | null
    photo?: string | null
    superseded?: boolean
  }[]
}

export interface EvidenceOut extends VarianceOut {
  rounds: RoundOut[]
  moves: {
    id: string
    kind: string
    from: string
    to: string
    quantity: string
    effective_at: string
    posted_at: string
    document?: string | null
    person?: string | null
    between?: boolean
  }[]
  elsewhere: { id: string; location: string; variance_qty: string; state: string; as_of: string }[]
  relocation?: { with: string; location: string; from: string; to: string; quantity: string } | null
  causes: { code: string; loss_type?: string | null; name: string; score: number; why?: string }[]
  required?: { tier?: string; approvals_needed?: string[]; approvals?: { person: string; tier: string; at: string }[]; note?: boolean; photo?: boolean }
  decisions: { id: string; act: string; person: string; at: string; reason?: string; cause?: string; stage?: string; note?: string; photos?: string[] }[]
  history?: { as_of: string; variance_qty: string }[]
}

export interface ReasonOut {
  code: string
  kind: 'reason' | 'cause'
  loss_type?: string | null
  en: string
  zh: string
}

export interface WordOut {
  code: string
  en: string
  zh: string
}

export interface ReasonsOut extends Page<ReasonOut> {
  stages: WordOut[]
  loss_types?: WordOut[]
}

export interface PersonOut {
  id: string
  username: string
  name: string
  active?: boolean
  roles: RoleIn[]
}
