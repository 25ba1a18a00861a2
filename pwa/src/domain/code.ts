/** Codes on labels: GTINs in all their lengths are one number of 14 digits, everything else is text as it stands. */

/** The check digit of GS1 keys: weights 3 and 1 from the right (GS1 General Specifications, 7.9). */
function checkDigit(body: string): string {
  let sum = 0
  for (let place = 0; place < body.length; place++) {
    sum += Number(body[body.length - 1 - place]) * (place % 2 === 0 ? 3 : 1)
  }
  return String((10 - (sum % 10)) % 10)
}

/** Digits whose last one is the check digit of the others. */
export function checks(digits: string): boolean {
  return /^\d{2,}$/.test(digits) && checkDigit(digits.slice(0, -1)) === digits[digits.length - 1]
}

/** GTIN-8, -12, -13 or -14 as 14 digits; null for what is none. */
export function gtin14(text: string): string | null {
  const isGtin = /^(\d{8}|\d{12,14})$/.test(text) && checks(text) && !/^0+$/.test(text)
  return isGtin ? text.padStart(14, '0') : null
}

/** The form in which codes are compared and kept: a GTIN by its number, other codes without blanks around them. */
export function codeKey(text: string): string {
  const trimmed = text.trim()
  return gtin14(trimmed) ?? trimmed
}
