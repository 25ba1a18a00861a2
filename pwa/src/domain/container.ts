/**
 * Which labels are containers by themselves: an SSCC, or a number of ours. All others are known from the server's list.
 *
 * The same shape as `server/catalog/containers.py`: LPN, nine digits, and GS1's check digit over them.
 */

import { checks } from './code'
import type { Label } from './gs1'

const OWN = /^LPN(\d{10})$/i
const SSCC = /^\d{18}$/

/** The container's code if the label is one whatever anybody knows of it; null if only the list can tell. */
export function containerIn({ text, fields }: Label): string | null {
  if (fields['00']) return fields['00']
  const own = OWN.exec(text.trim())
  if (own && checks(own[1])) return text.trim().toUpperCase()
  return SSCC.test(text.trim()) && checks(text.trim()) ? text.trim() : null
}
