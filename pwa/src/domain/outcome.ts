/** What a document expects and what it came to, side by side: one row for each kind of goods. Pure. */

import type { DocumentDetailOut, GoodsOut, SaidOut } from '../api/documents'
import { readQty } from './quantity'

/** How many one person said, all their statements together. Thousandths. */
export interface Word {
  person: string
  step: string
  quantity: number
  photo: string | null
}

export interface Outcome {
  key: string
  sku: string
  name: string
  unit: string
  lot: string
  expiry: string | null
  role: string
  expected: number | null
  first: Word[]
  check: Word[]
  goods: GoodsOut | null
}

const FIRST = ['receive', 'pick', 'return', 'load']
const CHECK = ['check', 'settle']

/** Lines in their order, each followed by what came of it; then what came beside them. */
export function outcomes({ lines, goods, statements }: Pick<DocumentDetailOut, 'lines' | 'goods' | 'statements'>): Outcome[] {
  const left = new Set(goods)
  const rows: Outcome[] = []
  for (const line of lines) {
    const mine = goods.filter((one) => left.has(one) && one.sku === line.sku && (line.lot === '' || line.lot === one.lot))
    mine.forEach((one) => left.delete(one))
    const expected = line.quantity === undefined ? null : readQty(line.quantity)
    const bare = { key: `line ${line.line}`, sku: line.sku, name: line.name, unit: line.unit, lot: line.lot, expiry: null, role: line.role, expected, first: [], check: [], goods: null }
    rows.push(...(mine.length ? mine.map((one, n) => ({ ...rowOf(one, statements), role: line.role, expected: n === 0 ? expected : null })) : [bare]))
  }
  return [...rows, ...goods.filter((one) => left.has(one)).map((one) => rowOf(one, statements))]
}

function rowOf(goods: GoodsOut, statements: SaidOut[]): Outcome {
  const { sku, name, unit, lot, condition } = goods
  const about = statements.filter((one) => !one.voided && one.sku === sku && one.lot === lot && (one.condition || '') === condition)
  return { key: [sku, lot, condition].join(' '), sku, name, unit, lot, expiry: goods.expiry ?? null, role: 'goods', expected: null, first: wordsOf(about, FIRST), check: wordsOf(about, CHECK), goods }
}

function wordsOf(statements: SaidOut[], steps: string[]): Word[] {
  const sums = new Map<string, Word>()
  for (const { person, step, quantity, photo } of statements.filter((one) => steps.includes(one.step))) {
    const before = sums.get(`${person}/${step}`)
    sums.set(`${person}/${step}`, { person, step, quantity: (before?.quantity ?? 0) + (readQty(quantity) ?? 0), photo: before?.photo ?? photo ?? null })
  }
  return Array.from(sums.values())
}
