/**
 * The guard against a digit too many: more than ten times what somebody usually enters is asked about once, and so is a
 * five-digit number while nobody can say what is usual.
 *
 * What is usual is the median of this person's own entries in this task, in the same unit. It knows nothing of the book, so
 * that the question tells nothing either.
 */

import { standing, type Counting } from './count'

const TIMES = 10
/** With fewer entries there is no usual yet. */
const ENOUGH = 3
const GREAT_MANY = 10_000_000 // thousandths

/** The median of the session's entries in this unit, in thousandths; null while there is none to speak of. */
export function usualOf(counting: Counting, unit: string): number | null {
  const known = standing(counting)
    .filter((line) => line.kind === 'entry' && line.unit === unit && line.quantity > 0)
    .map(({ quantity }) => quantity)
    .sort((one, other) => one - other)
  if (known.length < ENOUGH) return null
  const middle = Math.floor(known.length / 2)
  return known.length % 2 ? known[middle] : Math.round((known[middle - 1] + known[middle]) / 2)
}

/** Does the quantity deserve a second look? */
export function isUnusual(counting: Counting, unit: string, quantity: number): boolean {
  const usual = usualOf(counting, unit)
  return usual === null ? quantity >= GREAT_MANY : quantity > TIMES * usual
}
