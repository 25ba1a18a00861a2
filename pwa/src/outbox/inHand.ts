/** The container that somebody has in hand: kept on the phone, for Android ends a page in mid-work whenever it likes. */

import { recall, remember } from './db'

const SHIFT_MS = 12 * 3_600_000 // what was in hand yesterday is not any more
const key = (person: string) => `inHand:${person}`

export interface InHand {
  /** Which work it was taken up for. */
  work: string
  onto: string | null
  outOf: { code: string; place: string } | null
  whole: { kind: 'container'; code: string; location: string | null } | null
}

export function keepInHand(person: string, held: InHand, at = Date.now()): Promise<void> {
  return remember(key(person), held.onto || held.outOf || held.whole ? { ...held, at } : undefined)
}

/** What this person has in hand for that work. What was for other work is put down. */
export async function recallInHand(person: string, work: string, now = Date.now()): Promise<InHand | null> {
  const kept = await recall<InHand & { at: number }>(key(person))
  if (kept && kept.work === work && now - kept.at < SHIFT_MS) return kept
  if (kept) await forgetInHand(person)
  return null
}

export function forgetInHand(person: string): Promise<void> {
  return remember(key(person), undefined)
}
