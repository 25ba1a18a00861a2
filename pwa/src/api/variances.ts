/** Differences, their evidence, and the words of a decision. */

import type { Page } from './wire'

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
