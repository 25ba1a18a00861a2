/** What a sweep found, until a person has confirmed it: nothing is an entry before. */

import { ref } from 'vue'
import type { Chosen } from '../domain/count'
import { isRest } from '../domain/join'
import { readQty, sayQty, times } from '../domain/quantity'
import type { Swept } from '../domain/sweep'
import { t } from '../i18n'
import { answer } from '../scanner/feedback'
import { chosenUnknown, namedHere, type Named } from './catalogue'
import { enter, seenSerial, task } from './counting'
import { place, run } from './shelf'

/** One label. `item` is null where it names a bin, or only a lot. `pack`: base units in one of what is entered. */
export interface Row {
  key: string
  text: string
  item: Chosen | null
  /** Why it can be no entry, in words. */
  why: string
  quantity: string
  pack: number
}

export const rows = ref<Row[]>([])

/** What the labels name, as far as this phone knows. */
export async function takeSwept(labels: Swept[]): Promise<void> {
  const found: Row[] = []
  for (const label of labels) found.push(rowOf(label, await namedHere(label.text, 'camera', task.value ?? undefined)))
  rows.value = found
}

/** The quantity of a row in base units; null if there is none to keep. */
export function quantityOf({ item, why, quantity, pack }: Row): number | null {
  const typed = item && !why ? readQty(quantity.trim()) : null
  return typed === null ? null : times(typed, pack)
}

/** Each row becomes an entry of its own, and leaves the list when it is safe on the phone: trying again doubles nothing. */
export async function keepSwept(): Promise<boolean> {
  return run(async () => {
    const ready = rows.value.filter((row) => quantityOf(row) !== null)
    for (const row of ready) {
      await enter(row.item as Chosen, quantityOf(row) as number)
      rows.value = rows.value.filter(({ key }) => key !== row.key)
    }
    rows.value = []
    answer('done', t('sweep.kept', { n: ready.length, place: place.value }))
  })
}

function rowOf({ key, text }: Swept, named: Named): Row {
  const item = named.kind === 'item' ? named.item : named.kind === 'unknown' && !isRest(named.label) ? chosenUnknown(named.text, named.label, text, 'camera') : null
  const says = item?.labelQuantity ?? null
  const quantity = item?.serial ? '1' : says === null ? '' : sayQty(says)
  return { key, text, item, why: whyNot(item, named), quantity, pack: item && says === null && !item.serial ? item.pack : 1000 }
}

/** No entry without the lot of an item that is kept by lots, nor twice for one serial. */
function whyNot(item: Chosen | null, named: Named): string {
  if (named.kind === 'location') return t('sweep.bin')
  if (!item) return t('sweep.rest')
  if (item.lotTracked && !item.lot) return t('sweep.lotMissing')
  if (item.serialTracked && !item.serial) return t('sweep.serialMissing')
  return seenSerial(item) ? t('count.serialSeen', { serial: item.serial ?? '' }) : ''
}
