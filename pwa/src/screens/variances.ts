/** How differences are shown: the same way in the list and in the evidence. */

import type { VarianceOut } from '../api/variances'
import { readQty } from '../domain/quantity'
import { language } from '../i18n'

export function toneOf({ variance_qty }: Pick<VarianceOut, 'variance_qty'>): 'less' | 'more' | 'none' {
  const quantity = readQty(variance_qty) ?? 0
  if (quantity === 0) return 'none'
  return quantity < 0 ? 'less' : 'more'
}

/** Money as text, with a sign and two places; exact figures are the server's business. */
export function sayMoney(text: string | null | undefined): string {
  if (text == null) return ''
  const words = new Intl.NumberFormat(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' } as Intl.NumberFormatOptions)
  return words.format(Number(text)).replace('-', '−')
}

/** What something is worth, with two places and no sign of more or less. */
export function sayValue(text: string): string {
  return new Intl.NumberFormat(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(text)).replace('-', '−')
}

/** Difference in per cent of the book; a dash where the book had nothing. */
export function sayPercent({ variance_qty, book_qty }: Pick<VarianceOut, 'variance_qty' | 'book_qty'>): string {
  const [difference, book] = [readQty(variance_qty) ?? 0, readQty(book_qty) ?? 0]
  return book === 0 ? '–' : `${difference > 0 ? '+' : ''}${((100 * difference) / book).toFixed(1)} %`.replace('-', '−')
}

/** Flags that have no pill of their own. */
export function otherFlags({ flags }: Pick<VarianceOut, 'flags'>): string[] {
  return (flags ?? []).filter((flag) => flag !== 'unexpected' && flag !== 'contaminated')
}
