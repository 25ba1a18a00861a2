/** What a sweep or a picture of a shelf found, until a person has confirmed it: nothing is an entry before. */

import { ref, shallowRef } from 'vue'
import type { Chosen } from '../domain/count'
import { isRest } from '../domain/join'
import { needsPhoto } from '../domain/photoRule'
import { readQty, sayQty, times } from '../domain/quantity'
import type { Swept } from '../domain/sweep'
import type { Point } from '../domain/view'
import { t } from '../i18n'
import type { Taken } from '../outbox/kept'
import { answer } from '../scanner/feedback'
import { chosenUnknown, namedHere, type Named } from './catalogue'
import { counting, enter, places, seenSerial, task } from './counting'
import { place, run } from './shelf'

/** One label. `item` is null where it names a bin, or only a lot. `pack`: base units in one of what is entered. */
export interface Row {
  key: string
  text: string
  place: string
  item: Chosen | null
  /** Why it can be no entry, in words. */
  why: string
  quantity: string
  pack: number
  /** Where it is in the picture, if there is one. */
  corners: Point[]
}

/** The picture in which the rows were read. `known`: the server has it already, so that entries only have to name it. */
export interface Shown {
  taken: Taken
  known: boolean
}

export const rows = ref<Row[]>([])
export const shown = shallowRef<Shown | null>(null)

/** What the labels name, as far as this phone knows. */
export async function takeSwept(labels: Swept[]): Promise<void> {
  const found: Row[] = []
  for (const { key, text } of labels) found.push(rowOf(key, text, await namedHere(text, 'camera', task.value ?? undefined), place.value))
  offer(found, null)
}

export function offer(found: Row[], picture: Shown | null): void {
  shown.value = picture
  rows.value = found
}

export function dropAll(): void {
  offer([], null)
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
      await keepRow(row)
      rows.value = rows.value.filter(({ key }) => key !== row.key)
    }
    dropAll()
    const where = Array.from(new Set(ready.map((row) => row.place))).join(', ')
    answer('done', t('sweep.kept', { n: ready.length, place: where }))
  })
}

/** The first entry takes the picture along, the others name it. */
async function keepRow(row: Row): Promise<void> {
  const [item, quantity] = [row.item as Chosen, quantityOf(row) as number]
  if (!shown.value) return void (await enter(item, quantity))
  const { taken, known } = shown.value
  await enter(item, quantity, known ? [] : [taken], { location: row.place, photo: taken.id })
  shown.value = { taken, known: true }
}

export function rowOf(key: string, text: string, named: Named, at: string, method: Chosen['method'] = 'camera', corners: Point[] = []): Row {
  const item = named.kind === 'item' ? named.item : named.kind === 'unknown' && !isRest(named.label) ? chosenUnknown(named.text, named.label, text, method) : null
  return withItem({ key, text, place: at, item, why: '', quantity: '', pack: 1000, corners }, named)
}

/** The row with what follows from its item: how many its label says, and whether it can be an entry. */
export function withItem(row: Row, named?: Named): Row {
  const { item } = row
  const says = item?.labelQuantity ?? null
  const quantity = item?.serial ? '1' : says === null ? '' : sayQty(says)
  return { ...row, why: whyNot(row, named), quantity, pack: item && says === null && !item.serial ? item.pack : 1000 }
}

/** No entry without the lot of an item that is kept by lots, nor twice for one serial, nor at a bin of nobody's task. */
function whyNot({ item, place: at, corners }: Row, named?: Named): string {
  const pictured = corners.length > 0
  if (named?.kind === 'location') return t('sweep.bin')
  if (!item) return t('sweep.rest')
  if (!places.value.includes(at)) return t('shelf.otherTask')
  if (item.lotTracked && !item.lot) return t('sweep.lotMissing')
  if (item.serialTracked && !item.serial) return t('sweep.serialMissing')
  if (!pictured && needsPhoto(task.value ?? {}, { ...counting.value, place: at }, item.sku)) return t('photo.wantedSingly')
  return seenSerial(item) ? t('count.serialSeen', { serial: item.serial ?? '' }) : ''
}
