/**
 * The phone's own reader (`BarcodeDetector`, Chrome on Android), where it is as good as ours: it is quicker, and dumb in
 * one point. It does not tell whether a symbol carries the GS1 mark, so its word is taken only for a text that says the
 * same with the mark and without. It is dropped for good the moment it errs.
 */

import { readLabel } from '../domain/gs1'
import type { Sight } from '../domain/sightings'

interface Detected {
  rawValue: string
  format: string
  cornerPoints: { x: number; y: number }[]
}

interface Detector {
  detect: (picture: ImageData) => Promise<Detected[]>
}

interface Maker {
  new (options: { formats: string[] }): Detector
  getSupportedFormats: () => Promise<string[]>
}

/** What it has to know to be of use here. */
const NEEDED = ['code_128', 'code_39', 'ean_13', 'ean_8', 'itf', 'qr_code', 'data_matrix', 'upc_a']
/** Nothing in these proves that they were read rightly. */
const WEAK = ['itf', 'code_39', 'ean_8']
/** Some phones fetch the reader first, and meanwhile do not answer at all. */
const PATIENCE_MS = 1000

let detector: Detector | null | undefined

/** Codes by the phone's own reader; null if it has none, or none of which it can be sure. */
export async function readBySystem(picture: ImageData, year = new Date().getFullYear()): Promise<Sight[] | null> {
  if (detector === undefined) detector = await made()
  if (!detector) return null
  try {
    const found = await inTime(detector.detect(picture))
    const sights = found.map((one) => sightOf(one, year))
    return sights.length > 0 && sights.every((one) => one !== null) ? (sights as Sight[]) : null
  } catch {
    detector = null
    return null
  }
}

/** For tests: ask the browser again. */
export function forgetSystemReader(): void {
  detector = undefined
}

async function made(): Promise<Detector | null> {
  const maker = (globalThis as { BarcodeDetector?: Maker }).BarcodeDetector
  try {
    const knows = (await maker?.getSupportedFormats()) ?? []
    return maker && NEEDED.every((format) => knows.includes(format)) ? new maker({ formats: NEEDED }) : null
  } catch {
    return null
  }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, lost) => setTimeout(() => lost(new Error('late')), PATIENCE_MS))
  return Promise.race([answer, late])
}

/** The same text as ours would give, or null where only ours can tell. */
function sightOf({ rawValue, format, cornerPoints }: Detected, year: number): Sight | null {
  if (!NEEDED.includes(format) || rawValue === '') return null
  const isRetail = ['ean_13', 'ean_8', 'upc_a'].includes(format)
  if (!isRetail && Object.keys(readLabel(`]C1${rawValue}`, year).fields).length > 0) return null
  return { text: format === 'upc_a' ? rawValue.padStart(13, '0') : rawValue, corners: cornerPoints, weak: WEAK.includes(format) }
}
