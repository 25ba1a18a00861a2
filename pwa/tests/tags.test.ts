import { describe, expect, test } from 'vitest'
import { stepsUntil } from '../src/domain/tagCurve'
import { tagNumber, tagNumbers, tagsOf } from '../src/domain/tagNumber'

describe('the number of a tag', () => {
  test.each([
    ['3034257BF7194E4000001A85', '3034257BF7194E4000001A85'],
    ['0xe2801160600002a', null],
    [' e280 1160 6000 020a 6681 f23f ', 'E28011606000020A6681F23F'],
    ['06901234567892', null],
    ['010690123456789217261231', null], // a GS1 element string: digits only, as long as a tag's number
    ['A-01-02', null],
    ['TEA', null],
    ['', null],
  ])('%s is %s', (text, number) => expect(tagNumber(text)).toBe(number))

  test('may be digits only where a tag was asked for', () => {
    expect(tagNumber('010690123456789217261231', true)).toBe('010690123456789217261231')
  })

  test('comes alone or with others, as a sled sends a whole sweep', () => {
    const [one, other] = ['E28011606000020A6681F23F', '3034257BF7194E4000001A85']
    expect(tagNumbers(`${one},${other.toLowerCase()};`)).toEqual([one, other])
    expect(tagNumbers(`${one} A-01`)).toBeNull()
    expect(tagNumbers('')).toBeNull()
  })

  test('tells a sled from a scanner where nobody asked for tags', () => {
    const [one, other] = ['E28011606000020A6681F23F', '3034257BF7194E4000001A85']
    expect([tagsOf(one), tagsOf(`${one} ${other}`)]).toEqual([[one], [one, other]])
    expect(['010690123456789217261231', 'A-01 A-02', 'TEA', ''].map(tagsOf)).toEqual([null, null, null, null])
  })
})

describe('the curve of new tags', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 2, 15, seconds)).toISOString()
  const now = (seconds: number) => Date.parse(at(seconds))

  test('has no holes, and goes up to now', () => {
    const steps = stepsUntil([{ at: at(0), new: 30 }, { at: at(20), new: 4 }], now(45), 24)
    expect(steps.map(({ fresh }) => fresh)).toEqual([30, 0, 4, 0, 0])
  })
  test('shows the last steps only', () => {
    const steps = stepsUntil([{ at: at(0), new: 30 }, { at: at(50), new: 2 }], now(55), 3)
    expect(steps.map(({ fresh }) => fresh)).toEqual([0, 0, 2])
  })
  test('is empty before the first tag', () => expect(stepsUntil([], now(0), 24)).toEqual([]))
})
