/** Picking: to the bins of the way, and there the suggested lot; another bin, item or lot by a second scan. */

import type { Chosen } from '../domain/count'
import { t } from '../i18n'
import { answer } from '../scanner/feedback'
import { goOn, settledFirst } from './keeping'
import { here, refuse, upNext } from './table'
import { happen, left, working } from './working'

export const offered = (place: string) => left.value.some((one) => one.left !== 0 && one.bins.some(({ location }) => location === place))

/** To a bin of the way; to another one by a second scan. */
export async function arrive(code: string): Promise<void> {
  if (!(await settledFirst())) return
  if (!offered(code) && working.value.doubted !== code) {
    happen({ kind: 'doubted', code })
    return refuse(t('work.notThisBin', { wanted: upNext.value?.location ?? '–', code }))
  }
  happen({ kind: 'arrived', place: code })
  answer('ok', code)
}

/** The suggested lot goes first; another one by a second scan. */
export async function takeToPick(item: Chosen): Promise<void> {
  const wanted = here.value?.tasks.find(({ line }) => line.sku === item.sku)
  if (!wanted && working.value.doubted !== `sku ${item.sku}`) {
    const elsewhere = left.value.some((one) => one.line.sku === item.sku && one.left !== 0)
    if (!elsewhere) return refuse(t('work.notOnOrder', { name: item.name }))
    happen({ kind: 'doubted', code: `sku ${item.sku}` })
    return refuse(t('work.elsewhere', { name: item.name }))
  }
  const lot = item.lot || (item.lotTracked ? (wanted?.lot ?? '') : '')
  if (wanted?.lot && lot !== wanted.lot && working.value.doubted !== `lot ${lot}`) {
    happen({ kind: 'doubted', code: `lot ${lot}` })
    return refuse(t('work.otherLot', { wanted: wanted.lot, lot }))
  }
  happen({ kind: 'chose', item: { ...item, lot, expiry: item.expiry ?? wanted?.expiry ?? null } })
  await goOn(item)
}
