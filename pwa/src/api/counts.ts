/** Counts, their tasks, and what somebody said in them. */

import type { CodeOut } from './catalogue'

export type CountForm = 'full' | 'list' | 'zero'
export type CountMode = 'independent' | 'parts'

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
