import { describe, expect, test } from 'vitest'
import { containerIn } from '../src/domain/container'
import { readLabel } from '../src/domain/gs1'
import { instantIn, sameClock, typedIn } from '../src/domain/zone'

describe('a label that is a container whatever anybody knows of it', () => {
  test.each([
    ['00106141412345678908', '106141412345678908'],
    [']C100106141412345678908', '106141412345678908'],
    ['(00)106141412345678908', '106141412345678908'],
    ['106141412345678908', '106141412345678908'],
    ['LPN0010000014', 'LPN0010000014'],
    ['lpn0010000014', 'LPN0010000014'],
  ])('%s is %s', (text, code) => expect(containerIn(readLabel(text, 2026))).toBe(code))

  test.each(['106141412345678907', 'LPN0010000015', 'LPN1', 'TOTE-1', '04006381333931', '(01)04006381333931(10)L1'])('%s is none by itself', (text) => expect(containerIn(readLabel(text, 2026))).toBeNull())
})

describe('a deadline is typed by the clock of the warehouse', () => {
  test.each([
    ['2026-11-26T18:00', 'Asia/Shanghai', '2026-11-26T10:00:00.000Z'],
    ['2026-11-26T18:00', 'UTC', '2026-11-26T18:00:00.000Z'],
    ['2026-07-01T08:30', 'Europe/Berlin', '2026-07-01T06:30:00.000Z'],
    ['2026-12-01T08:30', 'Europe/Berlin', '2026-12-01T07:30:00.000Z'],
    ['2026-03-29T00:30', 'America/New_York', '2026-03-29T04:30:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], // an hour that no clock there showed
  ])('%s in %s is %s', (typed, zone, instant) => expect(instantIn(typed, zone)).toBe(instant))

  test.each([
    ['2026-11-26T10:00:00Z', 'Asia/Shanghai', '2026-11-26T18:00'],
    ['2026-07-01T06:30:00.000Z', 'Europe/Berlin', '2026-07-01T08:30'],
    ['2026-11-26T20:00:00Z', 'Asia/Shanghai', '2026-11-27T04:00'],
  ])('%s in %s stands in the field as %s', (instant, zone, typed) => expect(typedIn(instant, zone)).toBe(typed))

  test('two zones may show the same clock', () => {
    expect(sameClock('Asia/Shanghai', 'Asia/Singapore', Date.UTC(2026, 10, 26))).toBe(true)
    expect(sameClock('Asia/Shanghai', 'UTC', Date.UTC(2026, 10, 26))).toBe(false)
  })
})
