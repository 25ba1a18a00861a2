/** A sweep: the camera pans along a shelf, and every label counts once, however often it was seen. */

import { codeKey } from './code'
import { readLabel } from './gs1'

/** One label of a shelf. `text` as it was read first. */
export interface Swept {
  key: string
  text: string
}

/** What makes a label the same label: what it names, its lot, its serial and its expiry; or all of its text. */
export function labelKey(text: string, year: number): string {
  const { gtin, lot, serial, expiry, fields, text: bare } = readLabel(text, year)
  const sscc = fields['00']
  if (sscc) return `sscc ${sscc}`
  return gtin ? ['gtin', gtin, lot ?? '', serial ?? '', expiry ?? ''].join(' ') : `text ${codeKey(bare)}`
}

/** The tally with one more sight: the same tally if the label is in it already. */
export function swept(tally: Swept[], text: string, year: number): Swept[] {
  const key = labelKey(text, year)
  return tally.some((one) => one.key === key) ? tally : [...tally, { key, text }]
}
