/**
 * What the keypad holds: piles that were added, and the digits being typed. 12 + 12 + 5 stands there as it was found.
 *
 * There is no minus (a correction is an entry of its own) and nothing is filled in beforehand: a prefilled number is a
 * number that somebody confirms without looking.
 */

import { MOST, readQty, showQty } from './quantity'

export interface Piles {
  added: readonly number[]
  typed: string
}

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '.' | '+' | 'back' | 'clear'

export const NOTHING: Piles = { added: [], typed: '' }

/** The piles after one key. A key that makes no sense here changes nothing. */
export function press(piles: Piles, key: Key): Piles {
  if (key === 'clear') return NOTHING
  if (key === 'back') return stepBack(piles)
  if (key === '+') return nextPile(piles)
  const typed = key === '.' && piles.typed === '' ? '0.' : (piles.typed + key).replace(/^0+(?=\d)/, '')
  return readQty(typed) === null ? piles : { ...piles, typed }
}

/** Everything that stands there, in thousandths; null while there is nothing. */
export function total(piles: Piles): number | null {
  const last = piles.typed === '' ? [] : [readQty(piles.typed) ?? 0]
  const all = [...piles.added, ...last]
  if (all.length === 0) return null
  const sum = all.reduce((before, pile) => before + pile, 0)
  return sum <= MOST ? sum : null
}

/** Each pile as a number, the one being typed last. */
export function parts(piles: Piles): number[] {
  return piles.typed === '' ? [...piles.added] : [...piles.added, readQty(piles.typed) ?? 0]
}

function nextPile(piles: Piles): Piles {
  const pile = piles.typed === '' ? null : readQty(piles.typed)
  return pile === null ? piles : { added: [...piles.added, pile], typed: '' }
}

/** Take back the last digit; at the start of a pile, take back the plus. */
function stepBack(piles: Piles): Piles {
  if (piles.typed !== '') return { ...piles, typed: piles.typed.slice(0, -1) }
  if (piles.added.length === 0) return piles
  const last = piles.added[piles.added.length - 1]
  return { added: piles.added.slice(0, -1), typed: showQty(last).replace(/\.?0+$/, '') }
}
