/** How many: what is asked before a statement is kept, and keeping it. */

import type { EventData, EventType } from '../api/wire'
import type { Chosen } from '../domain/count'
import { packDoubt } from '../domain/pack'
import { total } from '../domain/piles'
import { sayQty } from '../domain/quantity'
import { amountOf } from '../domain/work'
import { t } from '../i18n'
import { sayUnit } from '../i18n/units'
import { answer } from '../scanner/feedback'
import { carried, carrierWords } from './carrier'
import { settings } from './settings'
import { doubt, here, photoAsked, pictures, preparing, refuse, run, toPut, wantedHere } from './table'
import { happen, heardOut, inbound, inspecting, job, kind, refresh, seenSerial, state, step, working } from './working'

/** Keep what stands on the keypad; a doubt about packs asks first. Gives whether it was kept. */
export async function accept(): Promise<boolean> {
  if (preparing.value) return false
  const { item, piles, inPacks } = working.value
  const [quantity, asTyped] = [amountOf(working.value), total(piles)]
  if (!item || quantity === null || asTyped === null) return false
  if (quantity === 0) return refuse(t('work.notNothing')), false
  doubt.value = packDoubt(asTyped, item.pack, inPacks)
  if (!doubt.value) return keep(item, quantity)
  answer('attention', t('count.doubt'))
  return false
}

/** How many: to keep it, or to know how many go to the bin that is scanned next. */
export async function keep(item: Chosen, quantity: number, sure = false): Promise<boolean> {
  doubt.value = null
  if (kind.value === 'putaway') return amount(quantity)
  if (kind.value === 'pick' && tooMany(quantity)) return false
  if (working.value.condition === 'damaged' && !pictures.value.length && (kind.value === 'receive' || inspecting.value) && !sure) {
    photoAsked.value = true
    answer('attention', t('work.photoOfDamage'))
    return false
  }
  photoAsked.value = false
  return run(async () => {
    await state(typeNow(), item, quantity, wordsNow(item), pictures.value)
    if (kind.value !== 'check') carried(job.value?.location)
    pictures.value = []
    answer('ok', `${item.name}: ${sayQty(quantity)} ${sayUnit(item.unit)}`)
    if (kind.value === 'pick') afterPick()
  })
}

function tooMany(quantity: number): boolean {
  const wanted = wantedHere.value?.left
  if (wanted === null || wanted === undefined || quantity <= wanted) return false
  refuse(t('work.tooMany', { n: sayQty(wanted), unit: sayUnit(working.value.item?.unit) }))
  return true
}

export function amount(quantity: number): boolean {
  const waits = toPut.value?.left ?? null
  if (waits !== null && quantity > waits) return refuse(t('work.tooMany', { n: sayQty(waits), unit: sayUnit(working.value.item?.unit) })), false
  happen({ kind: 'amount', quantity })
  answer('ok')
  return true
}

function typeNow(): EventType {
  if (kind.value === 'receive') return 'receive.line'
  if (kind.value === 'pick') return 'pick.line'
  return inbound.value ? 'receive.check' : 'pick.check'
}

function wordsNow(item: Chosen): Partial<EventData> {
  if (kind.value === 'pick') return { location: working.value.place ?? '', ...carrierWords(working.value.place) }
  return {
    ...(kind.value === 'receive' ? carrierWords() : {}),
    ...(inbound.value ? { condition: working.value.condition } : {}),
    ...(kind.value === 'receive' && item.expiry ? { expiry: item.expiry } : {}),
    ...(kind.value === 'check' && !inspecting.value ? { more: true } : {}),
  }
}

/** The server may know by now that the bin is empty, or that there is another one. Nobody waits for it. */
export function afterPick(): void {
  void heardOut().then(refresh)
  if (!here.value) happen({ kind: 'left' })
}

/** One scan is one pack where each piece is scanned, and one serial always. */
export async function goOn(item: Chosen): Promise<void> {
  const now = working.value.item
  if (step.value === 'quantity' && now && (now.serial || (scansEach() && item.method !== 'keypad'))) return keepEach(now)
  answer(step.value === 'quantity' ? 'ok' : 'attention', item.name)
}

/** A checker of an order scans each thing: typing a number that one was told is no second look. */
export function scansEach(): boolean {
  return settings.scanEach || (kind.value === 'check' && !inbound.value)
}

async function keepEach(item: Chosen): Promise<void> {
  if (!seenSerial(item)) return void (await keep(item, item.serial ? 1000 : item.pack))
  happen({ kind: 'dropped' })
  refuse(t('count.serialSeen', { serial: item.serial ?? '' }))
}

/** Whatever was typed before the next scan is kept first. */
export async function settledFirst(): Promise<boolean> {
  return step.value !== 'quantity' || amountOf(working.value) === null || accept()
}
