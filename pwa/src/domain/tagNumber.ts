/** Is a text the number of an RFID tag? Sleds in keyboard mode type hexadecimal digits. */

/**
 * An EPC is whole 16-bit words in hexadecimal, 96 bits or more in practice (Gen2, 6.3.2.1.2). A text of digits only may be a
 * GS1 element string just as well, so it counts as a tag only where somebody was asked for one (`asked`).
 */
export function tagNumber(text: string, asked = false): string | null {
  const said = text.trim().toUpperCase().replace(/^0X/, '').replace(/[\s-]/g, '')
  if (!/^(?:[0-9A-F]{4}){6,31}$/.test(said)) return null
  return asked || /[A-F]/.test(said) ? said : null
}

/** Tags where nobody asked for any: a sled is being used, whatever the screen is about. */
export function tagsOf(text: string): string[] | null {
  const several = tagNumbers(text)
  if (several && several.length > 1) return several
  const one = tagNumber(text)
  return one ? [one] : null
}

/** Several at once: some sleds send a whole sweep in one go, with commas, semicolons or spaces between. */
export function tagNumbers(text: string): string[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  const found = parts.map((part) => tagNumber(part, true))
  return parts.length > 0 && found.every((one) => one !== null) ? (found as string[]) : null
}
