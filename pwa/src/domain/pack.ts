/**
 * The guard against the oldest error of counting: packs taken for pieces, or pieces for packs.
 *
 * It knows nothing of the book. It only compares what was typed with how it was scanned, and when both readings are
 * plausible it asks, showing both numbers.
 */

import { times } from './quantity'

export interface PackDoubt {
  asTyped: number
  otherwise: number
}

/**
 * `typed`: thousandths as they stand on the keypad; `pack`: thousandths of base units in the pack that was scanned;
 * `inPacks`: whether the keypad counts packs now. Null where there is nothing to ask.
 */
export function packDoubt(typed: number, pack: number, inPacks: boolean): PackDoubt | null {
  const packed = times(typed, pack)
  if (pack <= 1000 || typed === 0 || packed === null) return null
  if (inPacks && typed >= pack && typed % pack === 0) return { asTyped: packed, otherwise: typed }
  if (!inPacks && typed < pack && typed % 1000 === 0) return { asTyped: typed, otherwise: packed }
  return null
}
