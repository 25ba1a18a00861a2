/** Traces and recalls on the wire. Quantities are absent where the asker counts some of it. */

/** A place or outside party of a trace; without `quantity` where the asker counts some of it. */
export interface StoodOut {
  warehouse: string
  place: string
  quantity?: string | null
  first?: string | null
  last?: string | null
  document?: string | null
  partner?: string | null
  sku?: string
  name?: string
  lot?: string
}

export interface SubjectOut {
  kind: 'item' | 'lot' | 'serial' | 'container'
  sku: string | null
  name: string | null
  unit: string | null
  lot: string | null
  serial: string | null
  container: string | null
  expiry: string | null
}

export interface RelativeOut {
  warehouse: string
  sku: string
  name: string
  lot: string
  document: string | null
  quantity?: string | null
}

export interface StepOut {
  id: string
  at: string
  kind: string
  warehouse: string
  from: string
  to: string
  sku: string
  lot: string
  serials: string[]
  quantity?: string | null
  person: string | null
  document: string | null
  partner: string | null
  container?: string | null
}

/** A container, and where it stands now. */
export interface CarrierOut {
  warehouse: string
  code: string
  location: string | null
  last?: string | null
}

export interface DocumentTouchedOut {
  id: string
  warehouse: string
  kind: string
  number: string
  partner: string | null
}

export interface TraceOut {
  subject: SubjectOut
  hidden: boolean
  more: boolean
  origins: StoodOut[]
  destinations: StoodOut[]
  places: StoodOut[]
  people: { person: string; times: number; did: string[]; first: string; last: string }[]
  documents: DocumentTouchedOut[]
  made_from: RelativeOut[]
  made_into: RelativeOut[]
  containers: CarrierOut[]
  cases: { id: string; kind: string; state: string; opened_at: string }[]
  steps: StepOut[]
}

export interface RecallOut {
  subject: SubjectOut
  hidden: boolean
  now: StoodOut[]
  customers: { warehouse: string; partner: string | null; quantity?: string | null; documents: string[]; last: string }[]
  products: RelativeOut[]
  documents: DocumentTouchedOut[]
  containers: CarrierOut[]
}
