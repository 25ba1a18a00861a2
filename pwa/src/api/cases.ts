/** Cases on the wire, and who answers for what. */

export interface CaseOut {
  id: string
  warehouse: string
  kind: string
  severity?: string | null
  state: string
  location?: string | null
  sku?: string | null
  name?: string | null
  lot?: string | null
  quantity?: string | null
  value?: string | null
  owner?: string | null
  opened_by?: string | null
  opened_at: string
  deadline?: string | null
  overdue?: boolean
  cause?: string | null
  variance?: string | null
  archived?: boolean
  zone?: string | null
  owner_name?: string | null
  responsible?: string | null
  responsible_name?: string | null
  tier?: string
  stage?: string | null
  verify_by?: 'count' | 'person' | null
  verify_state?: 'waiting' | 'passed' | 'failed' | null
  verified_by?: string | null
  whys?: string[]
  analysed_by?: string | null
  actions?: CaseActionOut[]
  photos?: string[]
  notes?: { id: string; at: string; person?: string | null; act?: string; text?: string | null; about?: string | null; photos?: string[] }[]
}

/** A corrective action of a case. */
export interface CaseActionOut {
  id: string
  text: string
  owner: string
  owner_name: string
  due_at: string
  overdue: boolean
  done_at?: string | null
  done_by?: string | null
  done_note?: string | null
  mine: boolean
}

/** Who answers for what; what is null means any. */
export interface AnswersOut {
  id: string
  warehouse: string | null
  kind: string | null
  zone: string | null
  stage: string | null
  cause: string | null
  person: string
  name: string
}

/** Something to do about a case: an action to mend it, or to see whether that helped (`by`: who or what tells). */
export interface CaseTaskOut {
  id: string
  kind: 'action' | 'verification'
  case: string
  case_kind: string
  severity: string
  warehouse: string
  state: 'open' | 'waiting'
  mine: boolean
  due_at: string
  text?: string | null
  location?: string | null
  sku?: string | null
  name?: string | null
  by?: 'count' | 'person' | null
}

/** What needs this person. `key` names it, and since when; `n`: how many wait for a decision. */
export interface NoticeOut {
  key: string
  kind: string
  at: string
  warehouse: string
  case?: string
  action?: string
  case_kind?: string
  severity?: string
  location?: string
  sku?: string
  name?: string
  text?: string
  document?: string
  number?: string
  document_kind?: string
  partner?: string
  giver?: string
  whose?: string
  note?: string
  due_at?: string | null
  n?: number
  seen: boolean
}
