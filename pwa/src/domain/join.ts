/** Two codes on one label, the item's and one with lot, expiry or serial, are one thing on the shelf: one entry. */

import type { Chosen } from './count'
import type { Label } from './gs1'

/** How long after the one the other may follow. */
export const JOIN_MS = 8000

/** GS1 keys of other things than items: a label with one of them names something by itself. */
const KEYS = ['00', '253', '255', '401', '402', '414', '8003', '8004', '8006', '8010', '8017', '8018']

/** Does it say more about an item without naming one? */
export function isRest({ gtin, lot, expiry, serial, fields }: Label): boolean {
  return gtin === null && !KEYS.some((key) => key in fields) && (lot !== null || expiry !== null || serial !== null)
}

/** The item with what the rest of its label says; null if the two contradict each other. `raw` keeps both texts. */
export function joined(item: Chosen, rest: Label, raw: string): Chosen | null {
  const agree = agrees(item.lot, rest.lot) && agrees(item.expiry, rest.expiry) && agrees(item.serial, rest.serial)
  if (!agree) return null
  return {
    ...item,
    lot: rest.lot ?? item.lot,
    expiry: rest.expiry ?? item.expiry,
    serial: rest.serial ?? item.serial,
    labelQuantity: item.labelQuantity ?? rest.quantity,
    raw: [item.raw, raw].filter(Boolean).join(' '),
  }
}

/** Would it add nothing, since the item has it all? Then the same label was read again. */
export function addsNothing(item: Chosen, rest: Label): boolean {
  const news: [string | null, string | null][] = [
    [item.lot, rest.lot],
    [item.expiry, rest.expiry],
    [item.serial, rest.serial],
  ]
  return news.every(([has, says]) => says === null || says === has)
}

function agrees(has: string | null, says: string | null): boolean {
  return !has || says === null || has === says
}
