/** Words that several screens hand to the same part. */

import { t, tCode } from '../i18n'
import { minutesAhead } from '../state/connection'

export function scanWords() {
  return {
    type: t('scan.type'),
    typeTitle: t('scan.typeTitle'),
    typeLabel: t('scan.typeLabel'),
    use: t('scan.use'),
    close: t('close'),
    field: t('scan.field'),
  }
}

export function keyWords() {
  return { back: t('key.back'), plus: t('key.plus'), point: t('key.point') }
}

/** A location's code; the outside parties and losses have words instead. */
export function sayPlace(code: string): string {
  return tCode('outside', code) ?? code
}

/** The phone's clock is wrong, and what that means: nothing, as the server corrects it. */
export function clockWords(): string {
  const n = Math.abs(minutesAhead.value)
  return t(minutesAhead.value > 0 ? 'clock.ahead' : 'clock.behind', { n })
}

/** How a document's state looks. */
export function docTone({ state }: { state: string }): 'good' | 'warn' | 'idle' | 'accent' {
  if (state === 'done') return 'good'
  if (state === 'requested') return 'warn'
  return ['cancelled', 'rejected'].includes(state) ? 'idle' : 'accent'
}
