/** How readers and tags are shown: the same way on every screen. */

import type { ReaderState } from '../api/readers'
import { tr, trCode } from '../i18n/readers'

export function toneOfState(state: ReaderState): 'good' | 'warn' | 'bad' | 'idle' {
  return ({ live: 'good', pending: 'warn', silent: 'bad', revoked: 'idle' } as const)[state]
}

/** Milliseconds of a clock, in seconds with a sign; tenths only where they say something. */
export function sayOffset(ms: number): string {
  const seconds = ms / 1000
  const text = Math.abs(seconds) < 10 ? seconds.toFixed(1) : String(Math.round(seconds))
  return tr('readers.seconds', { n: text.replace('-', '−').replace(/^(?=[\d])/, '+') })
}

/** A tag's number in groups of four, so that two can be compared. */
export function sayTag(tag: string): string {
  return tag.replace(/^tid:/, '').replace(/(.{4})(?=.)/g, '$1 ')
}

export function sayStrength(dbm: number | null | undefined): string {
  return dbm == null ? '' : tr('found.strength', { dbm: String(Math.round(dbm)).replace('-', '−') })
}

export function sayGaps(gaps: string[]): string {
  return gaps.map((gap) => trCode('gap', gap)).join(', ')
}
