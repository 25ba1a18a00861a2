/** Putting away: what waits at the dock into one of the bins that are shown; into another one by a second scan. */

import type { Chosen } from '../domain/count'
import { sayQty } from '../domain/quantity'
import { amountOf } from '../domain/work'
import { t } from '../i18n'
import { sayUnit } from '../i18n/units'
import { answer } from '../scanner/feedback'
import { carried, carrierWords, placed, whole } from './carrier'
import { noteStands, type Carrier } from './containers'
import { amount } from './keeping'
import { pictures, refuse, run, toPut } from './table'
import { happen, left, moveWhole, state, step, working } from './working'

/** The best bin stands there large, the second best small; any other one takes a second scan. */
const SHOWN_BINS = 2

export function takeToPut(item: Chosen): void {
  const waits = left.value.filter((one) => one.line.sku === item.sku && one.left !== 0)
  const one = item.lot ? waits.find(({ line }) => line.lot === item.lot) : waits.length === 1 ? waits[0] : undefined
  if (!waits.length || (item.lot && !one)) return refuse(t('work.notToPut', { name: item.name }))
  happen({ kind: 'chose', item: { ...item, lot: one?.line.lot ?? item.lot } })
  answer(step.value === 'quantity' ? 'ok' : 'attention', item.name)
}

/** Into the suggested bin, or the second best; into another one by a second scan. */
export async function put(code: string): Promise<void> {
  const { item } = working.value
  const quantity = working.value.quantity ?? amountOf(working.value)
  if (!item || !quantity) return refuse(t('work.howManyFirst'))
  if (working.value.quantity === null && !amount(quantity)) return
  const best = (toPut.value?.bins ?? []).slice(0, SHOWN_BINS).map(({ location }) => location)
  if (!best.includes(code) && working.value.doubted !== code) {
    happen({ kind: 'doubted', code })
    return refuse(t('work.notThisBin', { wanted: best[0] ?? '–', code }))
  }
  await run(async () => {
    await state('putaway', item, quantity, { to: code, ...carrierWords() }, pictures.value)
    carried(code)
    pictures.value = []
    answer('done', `${item.name}: ${sayQty(quantity)} ${sayUnit(item.unit)} → ${code}`)
  })
}

/** All that stands on it at once. */
export async function putWhole({ code, location }: Carrier, to: string): Promise<void> {
  await run(async () => {
    await moveWhole(code, to)
    void noteStands(code, to)
    placed.value = { code, from: location, to }
    whole.value = null
    answer('done', `${code} → ${to}`)
  })
}
