/**
 * Scanners that cannot send the GS1 separator (ASCII 29) send something else in its place: `^`, `~`, `|`, as they were set up.
 *
 * A substitute is taken for a separator only where the text then reads as GS1; an own code like `A|B` stays as it is.
 */

import { readLabel } from './gs1'

export const GS = '\u001d'
/** What scanners are commonly set up to send; `{GS}` is understood in any case. */
export const SUBSTITUTES = ['^', '~', '|'] as const

/** The text with its separators put right. `substitute`: '' for none. */
export function separated(text: string, substitute: string, year: number): string {
  if (substitute === '' || !text.includes(substitute)) return text
  const put = text.split(substitute).join(GS)
  return Object.keys(readLabel(put, year).fields).length > 0 ? put : text
}

const NAMES: Record<number, string> = { 4: 'EOT', 9: 'TAB', 10: 'LF', 13: 'CR', 28: 'FS', 29: 'GS', 30: 'RS', 31: 'US' }

/** Control characters by name, since few fonts have signs for them: ASCII 29 as `‹GS›`. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, (control) => `‹${NAMES[control.charCodeAt(0)] ?? control.charCodeAt(0)}›`)
}
