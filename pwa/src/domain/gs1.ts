/**
 * GS1 labels: what a scanned text says. The same answers as `server/decode/gs1.py`; `tests/vectors/gs1.json` binds both.
 *
 * Reads element strings (FNC1 as ASCII 29 or written `{GS}`), with or without an AIM symbology identifier (`]C1`, `]d2` …),
 * bracketed ones as people type them, Digital Link addresses, and bare GTIN-8/12/13/14.
 * Source: GS1 General Specifications, 3 (identifiers), 7.8 (processing), 7.9 (check digits), 7.12 (two-digit years).
 */

import { checks } from './code'
import { fieldsOfLink } from './digitalLink'
import { identifierAt } from './identifiers'

export type Fields = Record<string, string>

/** What a text says. `gtin`: 14 digits; `expiry`: `YYYY-MM-DD`; `quantity`: thousandths, a count or kilograms. */
export interface Label {
  text: string
  gtin: string | null
  fields: Fields
  lot: string | null
  expiry: string | null
  serial: string | null
  quantity: number | null
}

const GS = '\u001d'
const GS1_CARRIERS = ['C1', 'd2', 'Q3', 'e0', 'e1', 'e2', 'J1']
const LONGEST = 2000

/** Never fails: what is no GS1 is just a text. `year` is the present one; two-digit years lie around it. */
export function readLabel(scanned: string, year: number): Label {
  const given = stripped(scanned.split('{GS}').join(GS))
  const aim = /^\]([A-Za-z][0-9A-Za-z])/.exec(given)?.[1] ?? ''
  const text = aim ? stripped(given.slice(3)) : given
  const carrier = GS1_CARRIERS.includes(aim)
  const marked = carrier || scanned.includes(GS) || scanned.includes('{GS}')
  if (text.length > LONGEST) return labelOf(text, {}, null, year)
  const number = carrier ? null : bareGtin(aim === 'E3' ? text.slice(0, 13) : text)
  if (number) return labelOf(text, {}, number, year)
  const fields = fieldsOf(text, marked)
  const believed = fields && holdsTogether(fields, year) ? fields : {}
  return labelOf(text, believed, believed['01'] ?? believed['02'] ?? null, year)
}

/** `261200` → `2026-12-31`: day 00 is the last of its month. Null if there is no such day. */
export function dateOf(yymmdd: string, thisYear: number): string | null {
  const [yy, month, day] = [0, 2, 4].map((from) => Number(yymmdd.slice(from, from + 2)))
  const year = nearest(yy + thisYear - (thisYear % 100), thisYear)
  if (month < 1 || month > 12) return null
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day > last) return null
  return [String(year).padStart(4, '0'), two(month), two(day || last)].join('-')
}

/** The century that brings a year within 49 back and 50 ahead. */
function nearest(year: number, thisYear: number): number {
  if (year - thisYear > 50) return year - 100
  return year - thisYear < -49 ? year + 100 : year
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** Blanks and separators at both ends say nothing. */
function stripped(text: string): string {
  return text.replace(/^[\s\u001c-\u001f]+|[\s\u001c-\u001f]+$/g, '')
}

function bareGtin(text: string): string | null {
  return /^(\d{8}|\d{12,14})$/.test(text) && checks(text) ? text.padStart(14, '0') : null
}

function fieldsOf(text: string, marked: boolean): Fields | null {
  if (text.slice(0, 4).toLowerCase() === 'http') return fieldsOfLink(text)
  if (/^\(\d{2,4}\)/.test(text)) return fieldsOfBrackets(text)
  return marked || startsWithKey(text) ? fieldsOfElements(text) : null
}

/** Without any mark, an element string is believed only if it opens with a GTIN or SSCC whose check digit holds. */
function startsWithKey(text: string): boolean {
  const length = { '00': 20, '01': 16, '02': 16 }[text.slice(0, 2)] ?? 0
  return length > 0 && text.length >= length && checks(text.slice(2, length))
}

function fieldsOfElements(text: string): Fields | null {
  const found: Fields = {}
  for (const segment of text.split(GS)) {
    if (!takeSegment(segment, found)) return null
  }
  return found
}

/** Reads what stands between two separators: fixed lengths one after another, then at most one that runs to the end. */
function takeSegment(segment: string, found: Fields): boolean {
  let rest = segment
  while (rest !== '') {
    const known = identifierAt(rest)
    const value = known?.pattern.exec(rest.slice(known.ai.length))?.[0]
    if (!known || !value) return false
    rest = rest.slice(known.ai.length + value.length)
    const cutShort = known.variable && rest !== ''
    if (cutShort || (found[known.ai] ?? value) !== value) return false
    found[known.ai] = value
  }
  return true
}

function fieldsOfBrackets(text: string): Fields | null {
  const pieces = text.split(/\((\d{2,4})\)/).slice(1)
  const found: Fields = {}
  for (let place = 0; place < pieces.length; place += 2) {
    const ai = pieces[place]
    const value = pieces[place + 1].trim()
    const known = identifierAt(ai)
    const whole = known?.pattern.exec(value)?.[0] === value
    if (known?.ai !== ai || !value || !whole || (found[ai] ?? value) !== value) return null
    found[ai] = value
  }
  return found
}

function holdsTogether(fields: Fields, year: number): boolean {
  const keys = ['00', '01', '02'].filter((ai) => ai in fields)
  const dates = ['11', '12', '13', '15', '16', '17'].filter((ai) => ai in fields)
  return keys.every((ai) => checks(fields[ai])) && dates.every((ai) => dateOf(fields[ai], year) !== null)
}

function labelOf(text: string, fields: Fields, gtin: string | null, year: number): Label {
  return {
    text,
    gtin,
    fields,
    lot: fields['10'] ?? null,
    expiry: fields['17'] ? dateOf(fields['17'], year) : null,
    serial: fields['21'] ?? null,
    quantity: quantityOf(fields),
  }
}

/** The count on the label (30 pieces, 37 packs), else its net weight in kilograms, half up. */
function quantityOf(fields: Fields): number | null {
  const count = Number(fields['30'] ?? 0) || Number(fields['37'] ?? 0)
  return count ? count * 1000 : kilograms(fields)
}

/** AI 310n is six digits of kilograms with n decimals. */
function kilograms(fields: Fields): number | null {
  for (let places = 0; places < 6; places++) {
    const digits = fields[`310${places}`]
    const milligrams = digits ? Number(digits) * 10 ** (6 - places) : 0
    if (digits) return milligrams ? Math.floor((milligrams + 500) / 1000) : null
  }
  return null
}
