/**
 * A blind count as a reducer over what happens: scans, keys, and statements that were kept.
 *
 * It runs offline, without a browser, and can be replayed from the phone's trail after a crash. It knows no book quantity,
 * since none reaches the phone.
 */

import { NOTHING, press, total, type Key, type Piles } from './piles'
import { times } from './quantity'

/** What is being counted at the moment. Quantities in thousandths; `pack`: base units in the thing that was scanned. */
export interface Chosen {
  sku: string | null
  code: string | null
  name: string
  unit: string
  lot: string
  expiry: string | null
  serial: string | null
  lotTracked: boolean
  serialTracked: boolean
  pack: number
  labelQuantity: number | null
  raw: string | null
  method: 'camera' | 'wedge' | 'keypad' | 'photo'
}

/** One statement of mine. `fate` is the server's word, null while there is none. */
export interface Line {
  id: string
  kind: 'entry' | 'empty'
  location: string
  sku: string | null
  code: string | null
  name: string
  unit: string
  lot: string
  serial: string | null
  quantity: number
  at: string
  voided: boolean
  /** The id of the picture that goes with it. */
  photo?: string | null
  fate: 'accepted' | 'duplicate' | 'refused' | null
}

export interface Counting {
  place: string | null
  item: Chosen | null
  piles: Piles
  inPacks: boolean
  lines: Line[]
  finishing: boolean
  submitted: boolean
}

export type Happening =
  | { kind: 'arrived'; place: string }
  | { kind: 'left' }
  | { kind: 'chose'; item: Chosen }
  | { kind: 'dropped' }
  | { kind: 'named'; lot?: string; serial?: string }
  | { kind: 'joined'; item: Chosen }
  | { kind: 'pressed'; key: Key }
  | { kind: 'unit'; inPacks: boolean }
  | { kind: 'said'; line: Line }
  | { kind: 'recalled'; line: Line }
  | { kind: 'voided'; entry: string }
  | { kind: 'finishing'; yes: boolean }
  | { kind: 'submitted' }

export type Step = 'place' | 'item' | 'lot' | 'serial' | 'quantity' | 'finish' | 'sent'

export const START: Counting = {
  place: null,
  item: null,
  piles: NOTHING,
  inPacks: false,
  lines: [],
  finishing: false,
  submitted: false,
}

/** The count after one thing happened. */
export function after(counting: Counting, happening: Happening): Counting {
  switch (happening.kind) {
    case 'arrived':
      return { ...counting, ...NO_ITEM, place: happening.place, finishing: false }
    case 'left':
      return { ...counting, ...NO_ITEM, place: null }
    case 'chose':
      return { ...counting, item: happening.item, piles: NOTHING, inPacks: happening.item.pack > 1000 }
    case 'dropped':
      return { ...counting, ...NO_ITEM }
    case 'named':
      return { ...counting, item: counting.item && { ...counting.item, ...named(happening) } }
    case 'joined':
      return { ...counting, item: happening.item }
    case 'pressed':
      return { ...counting, piles: press(counting.piles, happening.key) }
    case 'unit':
      return { ...counting, inPacks: happening.inPacks }
    case 'said':
      return { ...counting, ...NO_ITEM, lines: withLine(counting.lines, happening.line) }
    case 'recalled':
      return { ...counting, lines: withLine(counting.lines, happening.line) }
    case 'voided':
      return { ...counting, lines: counting.lines.map((line) => (line.id === happening.entry ? { ...line, voided: true } : line)) }
    case 'finishing':
      return { ...counting, ...NO_ITEM, finishing: happening.yes }
    case 'submitted':
      return { ...counting, ...NO_ITEM, submitted: true }
  }
}

/** The same after many things, one after the other: a trail of thousands is gone through once. */
export function afterAll(counting: Counting, happenings: readonly Happening[]): Counting {
  const lines = new Map(counting.lines.map((line) => [line.id, line]))
  let now = counting
  for (const happening of happenings) {
    if (happening.kind === 'recalled') {
      if (!lines.has(happening.line.id)) lines.set(happening.line.id, happening.line)
    } else if (happening.kind === 'voided') {
      const line = lines.get(happening.entry)
      if (line) lines.set(line.id, { ...line, voided: true })
    } else {
      now = after({ ...now, lines: Array.from(lines.values()) }, happening)
      for (const line of now.lines) lines.set(line.id, line)
    }
  }
  return { ...now, lines: Array.from(lines.values()) }
}

const NO_ITEM = { item: null, piles: NOTHING, inPacks: false }

function named({ lot, serial }: { lot?: string; serial?: string }): Partial<Chosen> {
  return { ...(lot === undefined ? {} : { lot }), ...(serial === undefined ? {} : { serial }) }
}

function withLine(lines: Line[], line: Line): Line[] {
  return lines.some(({ id }) => id === line.id) ? lines : [...lines, line]
}

/** What is to be done next. */
export function stepOf({ submitted, finishing, place, item }: Counting): Step {
  if (submitted) return 'sent'
  if (finishing) return 'finish'
  if (place === null) return 'place'
  if (item === null) return 'item'
  if (item.lotTracked && item.lot === '') return 'lot'
  return item.serialTracked && item.serial === null ? 'serial' : 'quantity'
}

/** What stands on the keypad in base units; null while there is nothing, or nothing exact. */
export function quantityOf({ piles, item, inPacks }: Counting): number | null {
  const typed = total(piles)
  return typed === null || !inPacks || item === null ? typed : times(typed, item.pack)
}

/** Statements that hold: neither withdrawn nor refused. */
export function standing({ lines }: Counting): Line[] {
  return lines.filter((line) => !line.voided && line.fate !== 'refused')
}

/** My statements about one place, newest first. */
export function linesAt(counting: Counting, place: string): Line[] {
  return standing(counting)
    .filter((line) => line.location === place)
    .reverse()
}

/** Places of which I have said something. */
export function placesDone(counting: Counting): Set<string> {
  return new Set(standing(counting).map((line) => line.location))
}

/** The next place in walking order that I have said nothing of. */
export function nextPlace(counting: Counting, places: readonly string[]): string | null {
  const done = placesDone(counting)
  return places.find((place) => !done.has(place)) ?? null
}

/** Sums of what I said of the items and lots in one place, by `sku/lot`; what I said nothing of is not there. */
export function saidAt(counting: Counting, place: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { kind, sku, lot, quantity } of linesAt(counting, place)) {
    if (kind === 'entry' && sku !== null) sums.set(`${sku}/${lot}`, (sums.get(`${sku}/${lot}`) ?? 0) + quantity)
  }
  return sums
}

/** Was this serial scanned here before? It counts once. */
export function hasSerial(counting: Counting, sku: string | null, serial: string): boolean {
  return standing(counting).some((line) => line.serial === serial && line.sku === sku)
}
