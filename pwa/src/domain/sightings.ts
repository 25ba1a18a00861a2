/**
 * What the camera sees, frame after frame: which codes are in view, which of them is new, and which one is meant.
 *
 * A code counts again only after it has left the view, since a camera reads the same label many times a second.
 */

import type { Point } from './view'

/** One code in one frame. `weak`: nothing in it proves that it was read rightly, so two frames have to agree. */
export interface Sight {
  text: string
  corners: Point[]
  weak: boolean
}

/** A code in view. `settled`: a patient look has shown what else is there. `taken`: handed on already. */
export interface InView extends Sight {
  since: number
  last: number
  frames: number
  missed: number
  settled: boolean
  taken: boolean
}

/** How well a code fits what the screen asks for. `not-now` is never taken unless somebody taps on it. */
export type Fit = 'wanted' | 'possible' | 'other' | 'not-now'

/** `take`: this one, now. `ask`: several could be meant, so that a person has to choose. */
export interface Choice {
  take: InView | null
  ask: InView[]
}

/** Unseen for so long, a code has left the view. */
export const GONE_MS = 1000
/** A slow phone sees few frames: one without the code is no proof that it left. */
const GONE_FRAMES = 2
/** What nobody asked for is taken only if nothing better comes into view meanwhile. */
export const HOLD_MS = 400
/** An outline stays so long after the last frame that had it, or it would flicker. */
const SHOWN_MS = 350

/** The codes in view after one more frame. `patient`: it was looked at well enough to miss nothing that can be read. */
export function afterFrame(before: InView[], sights: Sight[], now: number, patient = true): InView[] {
  const found = new Map(sights.map((sight) => [sight.text, sight]))
  const kept: InView[] = []
  for (const one of before) {
    const again = found.get(one.text)
    if (again) kept.push({ ...one, ...again, weak: one.weak && again.weak, last: now, frames: one.frames + 1, missed: 0, settled: one.settled || patient })
    else if (now - one.last <= GONE_MS || one.missed + 1 < GONE_FRAMES) kept.push({ ...one, missed: one.missed + 1 })
    found.delete(one.text)
  }
  for (const sight of Array.from(found.values())) kept.push({ ...sight, since: now, last: now, frames: 1, missed: 0, settled: patient, taken: false })
  return kept
}

/** The same codes, one of them handed on. */
export function taking(inView: InView[], text: string): InView[] {
  return inView.map((one) => (one.text === text ? { ...one, taken: true } : one))
}

/** Codes that were just seen and may be believed. */
export function believed(inView: InView[], now: number): InView[] {
  return inView.filter((one) => now - one.last <= SHOWN_MS && (!one.weak || one.frames > 1))
}

/** Is there a code of which it is not sure yet that it is the only one? Quick looks miss some. */
export function unsettled(inView: InView[]): boolean {
  return inView.some((one) => !one.settled && !one.taken)
}

/** Which code is meant: the only one that is wanted, or the only one there is. Otherwise a person has to say. */
export function choose(inView: InView[], fitOf: (text: string) => Fit, now: number): Choice {
  const open = believed(inView, now).filter((one) => fitOf(one.text) !== 'not-now')
  const wanted = open.filter((one) => fitOf(one.text) === 'wanted')
  const fresh = open.filter((one) => !one.taken)
  const meant = wanted.length === 1 ? wanted[0] : open.length === 1 ? open[0] : null
  if (meant?.taken || (meant && (!meant.settled || mustHold(meant, fitOf, now)))) return { take: null, ask: [] }
  return meant ? { take: meant, ask: [] } : { take: null, ask: fresh.length > 0 ? open : [] }
}

function mustHold(one: InView, fitOf: (text: string) => Fit, now: number): boolean {
  return fitOf(one.text) === 'other' && now - one.since < HOLD_MS
}
