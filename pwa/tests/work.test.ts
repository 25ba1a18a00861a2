import { describe, expect, test } from 'vitest'
import type { Chosen } from '../src/domain/count'
import type { Key } from '../src/domain/piles'
import { leftOf, nowhere, stopsOf, type WayLine } from '../src/domain/way'
import { after, amountOf, IDLE, openGoods, saidOf, shown, standing, stepOf, summaryOf, type Statement, type WorkHappening, type Working } from '../src/domain/work'

const tea: Chosen = { sku: 'TEA', code: null, name: 'Tea', unit: 'pcs', lot: '', expiry: null, serial: null, lotTracked: false, serialTracked: false, pack: 1000, labelQuantity: null, raw: null, method: 'wedge' }
const milk: Chosen = { ...tea, sku: 'MILK', name: 'Milk', lotTracked: true }
const drill: Chosen = { ...tea, sku: 'DRILL', name: 'Drill', serialTracked: true }

let seq = 0
const said = (sku: string, quantity: number, more: Partial<Statement> = {}): Statement => {
  seq++
  return { id: `s${seq}`, seq, step: 'receive', sku, code: null, name: sku, unit: 'pcs', lot: '', serial: null, expiry: null, quantity, condition: 'good', location: null, to: null, at: '2026-11-22T02:15:19Z', photo: null, more: false, voided: false, fate: null, ...more }
}
const doing = (...what: WorkHappening[]): Working => what.reduce(after, IDLE)
const having = (...lines: Statement[]): Working => doing(...lines.map((line) => ({ kind: 'said', line }) as const))
const keys = (text: string): WorkHappening[] => [...text].map((key) => ({ kind: 'pressed', key: key as Key }))

describe('what is asked next', () => {
  test('a receiver is asked for lot and expiry only where they are tracked', () => {
    expect(stepOf('receive', IDLE)).toBe('item')
    expect(stepOf('receive', doing({ kind: 'chose', item: tea }))).toBe('quantity')
    const named = doing({ kind: 'chose', item: milk, asksExpiry: true })
    expect(stepOf('receive', named)).toBe('lot')
    const lot = after(named, { kind: 'named', lot: 'L1' })
    expect(stepOf('receive', lot)).toBe('expiry')
    expect(stepOf('receive', after(lot, { kind: 'named', expiry: '2027-01-31' }))).toBe('quantity')
    expect(stepOf('receive', after(lot, { kind: 'named', expiry: '' }))).toBe('quantity') // there is none on it
    expect(stepOf('check', lot)).toBe('quantity')
  })

  test('a picker goes to the bin first, and serials are asked one by one', () => {
    expect(stepOf('pick', IDLE)).toBe('place')
    const there = doing({ kind: 'arrived', place: 'A-01' })
    expect(stepOf('pick', there)).toBe('item')
    expect(stepOf('pick', after(there, { kind: 'chose', item: drill }))).toBe('serial')
  })

  test('putting away asks how many before it asks where', () => {
    const item = doing({ kind: 'chose', item: tea }, ...keys('12'))
    expect(stepOf('putaway', item)).toBe('quantity')
    expect(amountOf(item)).toBe(12_000)
    expect(stepOf('putaway', after(item, { kind: 'amount', quantity: 12_000 }))).toBe('to')
  })

  test('what was said puts the item down, and an end that the server has heard opens again', () => {
    const told = doing({ kind: 'chose', item: tea }, ...keys('3'), { kind: 'said', line: said('TEA', 3000) })
    expect([told.item, told.condition, stepOf('receive', told)]).toEqual([null, 'good', 'item'])
    expect(stepOf('receive', after(told, { kind: 'submitted' }))).toBe('sent')
    expect(after(told, { kind: 'reopened' }).lines).toEqual([])
  })

  test('packs count in base units', () => {
    expect(amountOf(doing({ kind: 'chose', item: { ...tea, pack: 24_000 } }, ...keys('2')))).toBe(48_000)
  })
})

describe('what was said', () => {
  test('stands unless it was withdrawn or refused', () => {
    const lines = having(said('TEA', 1000, { id: 'a' }), said('TEA', 2000, { fate: 'refused' }), said('TEA', 4000))
    expect(saidOf(after(lines, { kind: 'voided', statement: 'a' }), 'TEA')).toBe(4000)
    expect(standing(lines)).toHaveLength(2)
  })

  test('piece by piece is closed once for each kind of goods, by its own condition and lot', () => {
    const check = (sku: string, quantity: number, more: Partial<Statement> = {}) => said(sku, quantity, { step: 'check', more: true, ...more })
    const scanned = having(check('TEA', 1000), check('TEA', 1000), check('TEA', 1000, { condition: 'damaged' }), check('MILK', 1000, { lot: 'L1' }))
    expect(openGoods(scanned).map(({ sku, lot, condition }) => [sku, lot, condition])).toEqual([
      ['TEA', '', 'good'],
      ['TEA', '', 'damaged'],
      ['MILK', 'L1', 'good'],
    ])
    const closed = after(scanned, { kind: 'said', line: said('TEA', 0, { step: 'check' }) })
    expect(openGoods(closed)).toHaveLength(2)
    expect(shown(closed)).toHaveLength(4) // the closing word is no line of its own
  })

  test('that there is none is a line, if nothing else was said of it', () => {
    expect(shown(having(said('TEA', 0, { step: 'check' })))).toHaveLength(1)
  })

  test('comes to lines, damaged ones, and ones that are on no document', () => {
    const lines = having(said('TEA', 1000), said('TEA', 1000, { condition: 'damaged' }), said('CUP', 1000), said('', 1000, { sku: null, code: '69' }))
    expect(summaryOf(lines, [{ sku: 'TEA' }], true)).toEqual({ lines: 4, damaged: 1, strange: 2 })
    expect(summaryOf(lines, [], false).strange).toBe(0)
  })
})

describe('the way', () => {
  const line = (sku: string, quantity: string | undefined, bins: [string, number, string?][], lot = ''): WayLine => ({ sku, name: sku, unit: 'pcs', lot, quantity, bins: bins.map(([location, path_order, of]) => ({ location, path_order, lot: of ?? '' })) })

  test('goes from bin to bin in walking order, each line at its best bin', () => {
    const left = leftOf([line('TEA', '5', [['B-01', 9], ['A-01', 1]]), line('RICE', '2', [['A-02', 2]])], [])
    expect(stopsOf(left).map(({ location }) => location)).toEqual(['A-02', 'B-01'])
  })

  test('what was picked is taken off, and a line that is done is no stop', () => {
    const left = leftOf([line('TEA', '5', [['A-01', 1]]), line('RICE', '2', [['A-02', 2]])], [said('TEA', 3000, { step: 'pick' }), said('RICE', 2000, { step: 'pick' })])
    expect(left.map((one) => one.left)).toEqual([2000, 0])
    expect(stopsOf(left)).toHaveLength(1)
  })

  test('two lines of one item are filled in their order, and a lot only by itself', () => {
    const lines = [line('MILK', '2', [['A-01', 1]], 'L1'), line('MILK', '5', [['A-01', 1]])]
    expect(leftOf(lines, [said('MILK', 4000, { step: 'pick', lot: 'L2' })]).map((one) => one.left)).toEqual([2000, 1000])
    expect(leftOf(lines, [said('MILK', 4000, { step: 'pick', lot: 'L1' })]).map((one) => one.left)).toEqual([0, 3000])
  })

  test('a bin that was short is left out; without another one the line lies nowhere', () => {
    const lines = [line('TEA', '5', [['A-01', 1], ['B-01', 5]])]
    const short = (location: string) => said('TEA', 0, { step: 'short', location })
    expect(stopsOf(leftOf(lines, [short('A-01')]))[0].location).toBe('B-01')
    const none = leftOf(lines, [short('A-01'), short('B-01')])
    expect([stopsOf(none).length, nowhere(none).length, none[0].left]).toEqual([0, 1, 5000])
  })

  test('who was not told how many is told where', () => {
    const left = leftOf([line('TEA', undefined, [['A-01', 1]])], [])
    expect([left[0].left, stopsOf(left)[0].location]).toEqual([null, 'A-01'])
  })
})
