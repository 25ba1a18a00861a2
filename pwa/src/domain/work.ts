/**
 * Work on a document as a reducer over what happens: scans, keys, and statements that were kept.
 *
 * Like a count it runs offline, without a browser, and can be replayed from the phone's trail. Receiving, checking, putting
 * away and picking ask for the same things in an order of their own; `stepOf` says what is asked next.
 */

import type { Chosen } from './count'
import { NOTHING, press, total, type Key, type Piles } from './piles'
import { times } from './quantity'

export type WorkKind = 'receive' | 'check' | 'putaway' | 'pick' | 'ship'
export type Condition = 'good' | 'damaged'

/** One statement of mine. Quantities in thousandths; `fate` is the server's word, null while there is none. */
export interface Statement {
  id: string
  seq: number
  step: 'receive' | 'check' | 'putaway' | 'pick' | 'short'
  sku: string | null
  code: string | null
  name: string
  unit: string
  lot: string
  serial: string | null
  expiry: string | null
  quantity: number
  condition: Condition
  location: string | null
  to: string | null
  at: string
  photo: string | null
  /** The checker goes on scanning this. */
  more: boolean
  voided: boolean
  fate: 'accepted' | 'duplicate' | 'refused' | null
}

export interface Working {
  place: string | null
  item: Chosen | null
  /** The item keeps for a while only, and its label may not say how long. */
  asksExpiry: boolean
  piles: Piles
  inPacks: boolean
  condition: Condition
  /** How many go to the bin that is scanned next. */
  quantity: number | null
  /** A bin or lot other than the suggested one, which a second scan would take all the same. */
  doubted: string | null
  lines: Statement[]
  finishing: boolean
  submitted: boolean
}

export type WorkHappening =
  | { kind: 'arrived'; place: string }
  | { kind: 'left' }
  | { kind: 'chose'; item: Chosen; asksExpiry?: boolean }
  | { kind: 'dropped' }
  | { kind: 'named'; lot?: string; serial?: string; expiry?: string }
  | { kind: 'joined'; item: Chosen }
  | { kind: 'pressed'; key: Key }
  | { kind: 'unit'; inPacks: boolean }
  | { kind: 'found'; condition: Condition }
  | { kind: 'amount'; quantity: number | null }
  | { kind: 'doubted'; code: string | null }
  | { kind: 'said'; line: Statement }
  | { kind: 'voided'; statement: string }
  | { kind: 'finishing'; yes: boolean }
  | { kind: 'submitted' }
  | { kind: 'reopened' }

export type WorkStep = 'place' | 'item' | 'lot' | 'expiry' | 'serial' | 'quantity' | 'to' | 'finish' | 'sent'

const NO_ITEM = { item: null, asksExpiry: false, piles: NOTHING, inPacks: false, condition: 'good' as Condition, quantity: null, doubted: null }

export const IDLE: Working = { ...NO_ITEM, place: null, lines: [], finishing: false, submitted: false }

/** The work after one thing happened. */
export function after(working: Working, happening: WorkHappening): Working {
  switch (happening.kind) {
    case 'arrived':
      return { ...working, ...NO_ITEM, place: happening.place, finishing: false }
    case 'left':
      return { ...working, ...NO_ITEM, place: null }
    case 'chose':
      return { ...working, ...NO_ITEM, item: happening.item, asksExpiry: happening.asksExpiry ?? false, inPacks: happening.item.pack > 1000, finishing: false }
    case 'dropped':
      return { ...working, ...NO_ITEM }
    case 'named':
      return { ...working, item: working.item && { ...working.item, ...named(happening) }, asksExpiry: working.asksExpiry && happening.expiry === undefined }
    case 'joined':
      return { ...working, item: happening.item }
    case 'pressed':
      return { ...working, piles: press(working.piles, happening.key) }
    case 'unit':
      return { ...working, inPacks: happening.inPacks }
    case 'found':
      return { ...working, condition: happening.condition }
    case 'amount':
      return { ...working, quantity: happening.quantity }
    case 'doubted':
      return { ...working, doubted: happening.code }
    case 'said':
      return { ...working, ...NO_ITEM, lines: withLine(working.lines, happening.line) }
    case 'voided':
      return { ...working, lines: working.lines.map((line) => (line.id === happening.statement ? { ...line, voided: true } : line)) }
    case 'finishing':
      return { ...working, ...NO_ITEM, finishing: happening.yes }
    case 'submitted':
      return { ...working, ...NO_ITEM, finishing: false, submitted: true }
    case 'reopened':
      return { ...working, submitted: false, lines: [] }
  }
}

function named({ lot, serial, expiry }: { lot?: string; serial?: string; expiry?: string }): Partial<Chosen> {
  return { ...(lot === undefined ? {} : { lot }), ...(serial === undefined ? {} : { serial }), ...(expiry ? { expiry } : {}) }
}

function withLine(lines: Statement[], line: Statement): Statement[] {
  return lines.some(({ id }) => id === line.id) ? lines : [...lines, line]
}

/** What is to be done next. */
export function stepOf(kind: WorkKind, working: Working): WorkStep {
  const { submitted, finishing, place, item, quantity } = working
  if (submitted) return 'sent'
  if (finishing) return 'finish'
  if (kind === 'pick' && place === null) return 'place'
  if (item === null) return 'item'
  if (item.lotTracked && item.lot === '') return 'lot'
  if (kind === 'receive' && working.asksExpiry && !item.expiry) return 'expiry'
  if (kind !== 'putaway' && item.serialTracked && item.serial === null) return 'serial'
  return kind === 'putaway' && quantity !== null ? 'to' : 'quantity'
}

/** What stands on the keypad in base units; null while there is nothing, or nothing exact. */
export function amountOf({ piles, item, inPacks }: Working): number | null {
  const typed = total(piles)
  return typed === null || !inPacks || item === null ? typed : times(typed, item.pack)
}

/** Statements that hold: neither withdrawn nor refused. */
export function standing({ lines }: Working): Statement[] {
  return lines.filter((line) => !line.voided && line.fate !== 'refused')
}

/** The same, newest first, without the words that only close what was scanned piece by piece. */
export function shown(working: Working): Statement[] {
  const held = standing(working)
  const more = new Set(held.filter((line) => line.more).map(goodsKey))
  return held.filter((line) => line.quantity > 0 || (line.step !== 'check' || !more.has(goodsKey(line)))).reverse()
}

/** Goods are told apart by item, lot and condition: what two people have to agree on. */
function goodsKey({ sku, code, lot, condition }: Pick<Statement, 'sku' | 'code' | 'lot' | 'condition'>): string {
  return [sku ?? `?${code}`, lot, condition].join('\u0001')
}

/** What a checker has scanned and not yet closed: one statement of each kind of goods. */
export function openGoods(working: Working): Statement[] {
  const last = new Map<string, Statement>()
  for (const line of standing(working)) last.set(goodsKey(line), line)
  return Array.from(last.values()).filter(({ more }) => more)
}

/** How many I said of an item (and lot, if one is named) in all. */
export function saidOf(working: Working, sku: string, lot = ''): number {
  const mine = standing(working).filter((line) => line.sku === sku && (lot === '' || line.lot === lot) && line.step !== 'short')
  return mine.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** What a receipt or a check has come to: lines, how many of them damaged, how many not on the document. */
export function summaryOf(working: Working, expected: readonly { sku: string }[], announced: boolean): { lines: number; damaged: number; strange: number } {
  const held = shown(working)
  const known = new Set(expected.map(({ sku }) => sku))
  return {
    lines: held.length,
    damaged: held.filter(({ condition }) => condition === 'damaged').length,
    strange: announced ? held.filter(({ sku }) => !sku || !known.has(sku)).length : 0,
  }
}

/** Was this serial scanned here before? It counts once. */
export function hasSerial(working: Working, sku: string | null, serial: string): boolean {
  return standing(working).some((line) => line.serial === serial && line.sku === sku)
}
