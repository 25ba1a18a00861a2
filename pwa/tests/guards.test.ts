import { describe, expect, test } from 'vitest'
import { after, quantityOf, START, type Chosen, type Counting, type Line } from '../src/domain/count'
import { isUnusual, usualOf } from '../src/domain/unusual'
import { fileName, savedPhoto, seal, SHORTEST_PASSPHRASE, unseal, type Waiting } from '../src/outbox/export'
import type { Kept, KeptPhoto } from '../src/outbox/kept'

const line = (id: string, quantity: number, more: Partial<Line> = {}): Line => ({
  id,
  kind: 'entry',
  location: 'A-01',
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
const counted = (...lines: Line[]): Counting => lines.reduce((counting, said) => after(counting, { kind: 'said', line: said }), START)

describe('a digit too many', () => {
  const usual = counted(line('1', 10_000), line('2', 12_000), line('3', 40_000))

  test('is more than ten times the median of what I entered', () => {
    expect(usualOf(usual, 'pcs')).toBe(12_000)
    expect(isUnusual(usual, 'pcs', 120_000)).toBe(false)
    expect(isUnusual(usual, 'pcs', 120_001)).toBe(true)
  })
  test('is not known before three entries', () => expect(isUnusual(counted(line('1', 1000), line('2', 1000)), 'pcs', 9_000_000)).toBe(false))
  test('five digits are asked about all the same', () => {
    expect(isUnusual(counted(), 'pcs', 9_999_000)).toBe(false)
    expect(isUnusual(counted(line('1', 29_000)), 'pcs', 99_999_000)).toBe(true)
  })
  test('is known for each unit by itself', () => expect(isUnusual(usual, 'kg', 9_000_000)).toBe(false))
  test('what was withdrawn or refused says nothing of what is usual', () => {
    const withdrawn = after(usual, { kind: 'voided', entry: '3' })
    expect(usualOf(withdrawn, 'pcs')).toBeNull()
    expect(usualOf(counted(line('1', 1000), line('2', 2000), line('3', 3000, { fate: 'refused' })), 'pcs')).toBeNull()
  })
  test('zeros say nothing of what is usual', () => {
    expect(usualOf(counted(line('1', 0), line('2', 0), line('3', 5000)), 'pcs')).toBeNull()
  })
  test('the median of an even number lies between', () => {
    expect(usualOf(counted(line('1', 1000), line('2', 2000), line('3', 4000), line('4', 9000)), 'pcs')).toBe(3000)
  })
})

test('what the server tells late does not take the item out of my hand', () => {
  const item = { sku: 'TEA', lot: '', pack: 1000, lotTracked: false, serialTracked: false } as Chosen
  const inHand = [{ kind: 'arrived', place: 'A-01' } as const, { kind: 'chose', item } as const, { kind: 'pressed', key: '7' } as const].reduce(after, START)
  const later = after(inHand, { kind: 'recalled', line: line('1', 5000) })
  expect(quantityOf(later)).toBe(7000)
  expect(later.lines).toHaveLength(1)
})

describe('the queue as a file', () => {
  const event: Kept = { id: 'e1', type: 'count.entry', at: '2026-11-22T02:15:19.000Z', seq: 1, author: 'ann', device: 'phone-a1b2c3', tries: 3, error: 'unreachable', data: { task: 'T', location: 'A-01', quantity: '3' } }
  const what: Waiting = { made_at: '2026-11-22T09:15:00.000Z', device: 'phone-a1b2c3', waiting: [event], refused: [], photos: [] }

  test('gives back what went in, to who knows the passphrase', async () => {
    const sealed = await seal(what, 'correct horse', 1000)
    expect(await unseal(JSON.parse(JSON.stringify(sealed)), 'correct horse')).toEqual(what)
    await expect(unseal(sealed, 'wrong horse')).rejects.toThrow()
  })
  test('says how much and how old it is without the passphrase, and nothing else', async () => {
    const sealed = await seal(what, 'correct horse', 1000)
    expect(sealed).toMatchObject({ format: 'tallyloop-queue', version: 1, waiting: 1, refused: 0, oldest: event.at })
    expect(JSON.stringify(sealed)).not.toContain('A-01')
  })
  test('takes the photos along, byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, place) => (place * 31) % 256)
    const photo = savedPhoto({ id: 'p1', event: 'e1' } as KeptPhoto, bytes.buffer)
    const sealed = await seal({ ...what, photos: [photo] }, 'correct horse', 1000)
    expect(sealed.photos).toBe(1)
    const { body, ...about } = (await unseal(sealed, 'correct horse')).photos[0]
    expect(about).toMatchObject({ id: 'p1', event: 'e1' })
    expect(Buffer.from(body, 'base64').equals(Buffer.from(bytes))).toBe(true)
  })
  test('is never the same twice', async () => {
    const [one, other] = await Promise.all([seal(what, 'correct horse', 1000), seal(what, 'correct horse', 1000)])
    expect(one.body).not.toBe(other.body)
  })
  test('a changed file is noticed', async () => {
    const sealed = await seal(what, 'correct horse', 1000)
    await expect(unseal({ ...sealed, body: `AAAA${sealed.body.slice(4)}` }, 'correct horse')).rejects.toThrow()
  })
  test('is named after the phone and the time', async () => {
    expect(fileName(await seal(what, 'correct horse', 1000))).toBe('tallyloop-queue-a1b2c3-20261122T0915.json')
  })
  test('takes no short passphrase', () => expect(SHORTEST_PASSPHRASE).toBeGreaterThanOrEqual(8))
})
