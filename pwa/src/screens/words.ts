/** Words that several screens hand to the same part. */

import { t } from '../i18n'

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
