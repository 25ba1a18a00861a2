/** When a count takes a photo. */

import { expect, test } from 'vitest'
import { after, START, type Counting, type Line } from '../src/domain/count'
import { needsPhoto } from '../src/domain/photoRule'

const said = (sku: string | null, photo: string | null, location = 'A-01'): Line =>
  ({ id: `${sku} ${photo} ${location}`, kind: 'entry', location, sku, lot: '', quantity: 1000, voided: false, photo, fate: null }) as Line
const at = (...lines: Line[]): Counting => ({ ...lines.reduce((counting, line) => after(counting, { kind: 'said', line }), START), place: 'A-01' })

test.each([
  ['nothing is asked for', {}, at(), 'TEA', false],
  ['a flagged item', { photo_items: ['TEA'] }, at(), 'TEA', true],
  ['another item', { photo_items: ['TEA'] }, at(), 'RICE', false],
  ['it was photographed here', { photo_items: ['TEA'] }, at(said('TEA', 'p')), 'TEA', false],
  ['another item was', { photo_items: ['TEA'] }, at(said('RICE', 'p')), 'TEA', true],
  ['it was photographed elsewhere', { photo_items: ['TEA'] }, at(said('TEA', 'p', 'A-02')), 'TEA', true],
  ['it was counted without', { photo_items: ['TEA'] }, at(said('TEA', null)), 'TEA', true],
  ['the bin was drawn', { photo_places: ['A-01'] }, at(), null, true],
  ['the bin was drawn, and something in it photographed', { photo_places: ['A-01'] }, at(said('RICE', 'p')), 'TEA', false],
  ['another bin was drawn', { photo_places: ['A-02'] }, at(), 'TEA', false],
  ['an empty bin has no item', { photo_items: ['TEA'] }, at(), null, false],
])('%s', (_, wish, counting, sku, needed) => expect(needsPhoto(wish, counting, sku)).toBe(needed))

test('a withdrawn photo proves nothing', () => {
  const counting = after(at(said('TEA', 'p')), { kind: 'voided', entry: 'TEA p A-01' })
  expect(needsPhoto({ photo_items: ['TEA'] }, counting, 'TEA')).toBe(true)
})
