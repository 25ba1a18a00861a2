import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dateOf, readLabel } from '../src/domain/gs1'
import { showQty } from '../src/domain/quantity'

interface Vector {
  text: string
  gtin: string | null
  fields: Record<string, string>
  lot: string | null
  expiry: string | null
  serial: string | null
  quantity: string | null
}

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/gs1.json', import.meta.url), 'utf8')) as Vector[]

describe('the phone reads labels as the server does', () => {
  test.each(vectors.map((vector) => [JSON.stringify(vector.text).slice(0, 80), vector] as const))('%s', (_name, vector) => {
    const { gtin, fields, lot, expiry, serial, quantity } = readLabel(vector.text, 2026)
    const said = { gtin, fields, lot, expiry, serial, quantity: quantity === null ? null : showQty(quantity) }
    const { gtin: g, fields: f, lot: l, expiry: e, serial: s, quantity: q } = vector
    expect(said).toEqual({ gtin: g ?? null, fields: f ?? {}, lot: l ?? null, expiry: e ?? null, serial: s ?? null, quantity: q ?? null })
  })
})

test('a day 00 is the last of its month', () => {
  expect(dateOf('280200', 2026)).toBe('2028-02-29')
  expect(dateOf('261301', 2026)).toBeNull()
  expect(dateOf('260230', 2026)).toBeNull()
})

test('a two-digit year lies within 49 back and 50 ahead', () => {
  expect(dateOf('761231', 2026)).toBe('2076-12-31')
  expect(dateOf('770101', 2026)).toBe('1977-01-01')
})

test('an own code is never taken for GS1', () => {
  for (const own of ['A-01-02', '0123', 'SN 17', '(not) a label', 'https://example.org/x']) {
    expect(readLabel(own, 2026)).toMatchObject({ text: own, gtin: null, fields: {} })
  }
})
