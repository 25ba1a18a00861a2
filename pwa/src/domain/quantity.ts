/**
 * Exact quantities: whole thousandths of the item's base unit inside, decimal text outside.
 *
 * A thousandth is a whole number up to 10^15 − 1, which a JavaScript number still holds exactly; only whole
 * numbers are ever multiplied or divided, so no binary fraction can slip in.
 */

const PLACES = 3
export const MOST = 10 ** 15 - 1

/** `"12.5"` → 12500. Null for what is no exact decimal of at most three places. */
export function readQty(text: string): number | null {
  const found = /^([+-]?)(\d{1,12})(?:\.(\d{0,3})0*)?$/.exec(text.trim())
  if (!found) return null
  const [, sign, whole, part = ''] = found
  const thousandths = Number(whole + part.padEnd(PLACES, '0'))
  return sign === '-' ? 0 - thousandths : thousandths
}

/** 12500 → `"12.500"`, as the wire wants it. */
export function showQty(thousandths: number): string {
  const digits = String(Math.abs(thousandths)).padStart(PLACES + 1, '0')
  const sign = thousandths < 0 ? '-' : ''
  return `${sign}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`
}

/** 1234500 → `"1,234.5"`, as people read it: no idle zeros, thousands apart. */
export function sayQty(thousandths: number): string {
  const [whole, part] = showQty(Math.abs(thousandths)).split('.')
  const tail = part.replace(/0+$/, '')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${thousandths < 0 ? '−' : ''}${grouped}${tail ? `.${tail}` : ''}`
}

/** Wire text as people read it; a dash for what is not there. */
export function sayWire(text: string | null | undefined): string {
  const thousandths = text == null ? null : readQty(text)
  return thousandths == null ? '–' : sayQty(thousandths)
}

/** The same with a plus before what is more than nothing: for differences. */
export function saySigned(text: string | null | undefined): string {
  const said = sayWire(text)
  return /^[1-9]|^0\.\d*[1-9]/.test(said) ? `+${said}` : said
}

/** Packs in base units: thousandths times thousandths. Null if the product is not exact or too large. */
export function times(quantity: number, pack: number): number | null {
  const whole = Math.trunc(quantity / 1000) * pack
  const rest = (quantity % 1000) * pack
  if (!Number.isSafeInteger(whole) || !Number.isSafeInteger(rest) || rest % 1000 !== 0) return null
  const product = whole + rest / 1000
  return Math.abs(product) <= MOST ? product : null
}
