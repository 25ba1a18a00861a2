import { describe, expect, test } from 'vitest'
import { checks, codeKey, gtin14 } from '../src/domain/code'
import { after, afterAll, linesAt, nextPlace, placesDone, quantityOf, saidAt, standing, START, stepOf, type Chosen, type Counting, type Happening, type Line } from '../src/domain/count'
import { packDoubt } from '../src/domain/pack'
import { NOTHING, parts, press, total, type Key } from '../src/domain/piles'
import { readQty, saySigned, sayQty, showQty, times } from '../src/domain/quantity'
import { uuid7 } from '../src/domain/uuid7'

const keyed = (keys: string) => [...keys].reduce((piles, key) => press(piles, key as Key), NOTHING)

describe('quantities are exact', () => {
  test.each([
    ['12.5', 12500],
    ['0.001', 1],
    ['12.500000', 12500],
    ['999999999999.999', 999_999_999_999_999],
    ['-3', -3000],
  ])('%s is %i thousandths', (text, thousandths) => expect(readQty(text)).toBe(thousandths))

  test.each(['', '1.2345', '1e3', 'NaN', '0x10', '1,5', '1234567890123'])('%s is none', (text) => expect(readQty(text)).toBeNull())

  test('a tenth and two tenths are three tenths', () => {
    expect(showQty((readQty('0.1') ?? 0) + (readQty('0.2') ?? 0))).toBe('0.300')
  })

  test('people read no idle zeros', () => {
    expect(sayQty(1_234_500)).toBe('1,234.5')
    expect(saySigned('3.000')).toBe('+3')
    expect(saySigned('-0.250')).toBe('−0.25')
    expect(saySigned('0.000')).toBe('0')
  })

  test('packs become pieces without fractions, or not at all', () => {
    expect(times(2000, 24_000)).toBe(48_000)
    expect(times(500, 24_000)).toBe(12_000)
    expect(times(1, 1)).toBeNull()
    expect(times(10 ** 14, 10 ** 14)).toBeNull()
  })
})

describe('the keypad', () => {
  test('adds piles', () => {
    expect(total(keyed('12+12+5'))).toBe(29_000)
    expect(parts(keyed('12+12+5'))).toEqual([12_000, 12_000, 5_000])
  })

  test('shows nothing before anything is typed', () => expect(total(NOTHING)).toBeNull())
  test('zero is something', () => expect(total(keyed('0'))).toBe(0))
  test('takes no fourth decimal', () => expect(total(keyed('1.2345'))).toBe(1234))
  test('a plus after nothing is no pile', () => expect(parts(keyed('++5'))).toEqual([5000]))

  test('goes back into the last pile', () => {
    const back = press(keyed('12+'), 'back')
    expect(back).toEqual({ added: [], typed: '12' })
    expect(press(keyed('10+'), 'back').typed).toBe('10')
    expect(press(keyed('0.5+'), 'back').typed).toBe('0.5')
  })
})

describe('codes', () => {
  test('a GTIN is the same in all its lengths', () => {
    expect(codeKey('4006381333931')).toBe('04006381333931')
    expect(codeKey('04006381333931')).toBe('04006381333931')
    expect(gtin14('96385074')).toBe('00000096385074')
  })
  test('a wrong check digit is no GTIN', () => expect(gtin14('4006381333932')).toBeNull())
  test('an own code stays as it is', () => expect(codeKey(' SKU-1 ')).toBe('SKU-1'))
  test('a check digit holds or not', () => expect([checks('00012345600012'), checks('00012345600013')]).toEqual([true, false]))
})

describe('packs or pieces', () => {
  test('twenty-four typed as packs of twenty-four is doubtful', () => {
    expect(packDoubt(24_000, 24_000, true)).toEqual({ asTyped: 576_000, otherwise: 24_000 })
  })
  test('two pieces after scanning a pack is doubtful', () => {
    expect(packDoubt(2000, 24_000, false)).toEqual({ asTyped: 2000, otherwise: 48_000 })
  })
  test('two packs are not', () => expect(packDoubt(2000, 24_000, true)).toBeNull())
  test('single pieces never are', () => expect(packDoubt(5000, 1000, true)).toBeNull())
  test('nothing is nothing, however it is packed', () => expect(packDoubt(0, 24_000, false)).toBeNull())
})

test('ids sort by time and carry their version', () => {
  const random = new Uint8Array(10).fill(255)
  const [early, late] = [uuid7(1_700_000_000_000, random), uuid7(1_700_000_000_001, random)]
  expect(early < late).toBe(true)
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(early.replace('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000)
})

const tea: Chosen = {
  sku: 'TEA',
  code: null,
  name: 'Tea',
  unit: 'pcs',
  lot: '',
  expiry: null,
  serial: null,
  lotTracked: false,
  serialTracked: false,
  pack: 1000,
  labelQuantity: null,
  raw: null,
  method: 'wedge',
}
const line = (id: string, location: string, quantity: number, more: Partial<Line> = {}): Line => ({
  id,
  kind: 'entry',
  location,
  sku: 'TEA',
  code: null,
  name: 'Tea',
  unit: 'pcs',
  lot: '',
  serial: null,
  quantity,
  at: '2026-11-22T02:15:19Z',
  voided: false,
  fate: null,
  ...more,
})
const story = (...happenings: Happening[]): Counting => happenings.reduce(after, START)

describe('a count', () => {
  test('asks for the place, the item, then the quantity', () => {
    expect(stepOf(START)).toBe('place')
    expect(stepOf(story({ kind: 'arrived', place: 'A-01' }))).toBe('item')
    expect(stepOf(story({ kind: 'arrived', place: 'A-01' }, { kind: 'chose', item: tea }))).toBe('quantity')
  })

  test('asks for the lot of what is kept by lot', () => {
    const counting = story({ kind: 'arrived', place: 'A-01' }, { kind: 'chose', item: { ...tea, lotTracked: true } })
    expect(stepOf(counting)).toBe('lot')
    expect(stepOf(after(counting, { kind: 'named', lot: 'L1' }))).toBe('quantity')
  })

  test('counts packs when a pack was scanned', () => {
    const counting = story({ kind: 'arrived', place: 'A-01' }, { kind: 'chose', item: { ...tea, pack: 24_000 } }, { kind: 'pressed', key: '2' })
    expect(quantityOf(counting)).toBe(48_000)
    expect(quantityOf(after(counting, { kind: 'unit', inPacks: false }))).toBe(2000)
  })

  test('remembers each statement once', () => {
    const counting = story({ kind: 'said', line: line('1', 'A-01', 5000) }, { kind: 'said', line: line('1', 'A-01', 5000) })
    expect(standing(counting)).toHaveLength(1)
  })

  test('adds several statements of one item', () => {
    const counting = story({ kind: 'said', line: line('1', 'A-01', 5000) }, { kind: 'said', line: line('2', 'A-01', 7000) })
    expect(saidAt(counting, 'A-01')).toEqual(new Map([['TEA/', 12_000]]))
    expect(linesAt(counting, 'A-01').map(({ id }) => id)).toEqual(['2', '1'])
  })

  test('a withdrawn or refused statement does not stand', () => {
    const counting = story(
      { kind: 'said', line: line('1', 'A-01', 5000) },
      { kind: 'said', line: line('2', 'A-02', 5000, { fate: 'refused' }) },
      { kind: 'voided', entry: '1' },
    )
    expect(standing(counting)).toEqual([])
    expect(nextPlace(counting, ['A-01', 'A-02'])).toBe('A-01')
  })

  test('a trail gone through at once says the same as thing by thing', () => {
    const trail: Happening[] = [
      { kind: 'recalled', line: line('1', 'A-01', 5000) },
      { kind: 'recalled', line: line('2', 'A-01', 7000) },
      { kind: 'recalled', line: line('1', 'A-01', 9000) },
      { kind: 'voided', entry: '1' },
      { kind: 'voided', entry: 'nobody' },
      { kind: 'recalled', line: line('3', 'A-02', 1000) },
      { kind: 'submitted' },
      { kind: 'voided', entry: '3' },
    ]
    const begun = story({ kind: 'arrived', place: 'A-01' }, { kind: 'said', line: line('0', 'A-01', 1000) })
    expect(afterAll(begun, trail)).toEqual(trail.reduce(after, begun))
  })

  test('uncounted is not zero: only what was said is done', () => {
    const counting = story({ kind: 'said', line: line('1', 'A-02', 0, { kind: 'empty', sku: null }) })
    expect([...placesDone(counting)]).toEqual(['A-02'])
    expect(nextPlace(counting, ['A-01', 'A-02', 'A-03'])).toBe('A-01')
  })

  test('ends when it is handed in', () => expect(stepOf(story({ kind: 'submitted' }))).toBe('sent'))
})
