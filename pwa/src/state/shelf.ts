/**
 * What a scan, a key or a tap means at each step of a count.
 *
 * Wrong scans stay where they are and say so; whatever was typed before the next scan is kept first, so that nobody has to
 * press OK between two items.
 */

import { computed, ref, shallowRef } from 'vue'
import type { LineOut } from '../api/counts'
import { linesAt, quantityOf, type Chosen, type Line } from '../domain/count'
import type { Label } from '../domain/gs1'
import { isRest, joined, JOIN_MS } from '../domain/join'
import { needsPhoto } from '../domain/photoRule'
import { packDoubt, type PackDoubt } from '../domain/pack'
import { total, type Key } from '../domain/piles'
import { sayQty } from '../domain/quantity'
import { isUnusual } from '../domain/unusual'
import { t } from '../i18n'
import { sayUnit } from '../i18n/units'
import type { Taken } from '../outbox/kept'
import { answer } from '../scanner/feedback'
import { chosenLine, chosenUnknown, identify, namedHere, type Named } from './catalogue'
import { counting, declareEmpty, enter, happen, places, seenSerial, step, submit, task, upNext, withdraw } from './counting'
import { attempt } from './said'
import { settings } from './settings'

type Method = Chosen['method']
type Unknown = Extract<Named, { kind: 'unknown' }>

/** Why the last scan did not count, in words. */
export const wrong = ref('')
export const unknown = shallowRef<{ named: Unknown; raw: string; method: Method } | null>(null)
/** Packs or pieces? Asked before it is kept. */
export const doubt = shallowRef<PackDoubt | null>(null)
/** Far more than this person usually enters: asked before it is kept. In base units. */
export const unusual = ref<number | null>(null)
/** Somebody is looking whether the bin is empty. */
export const checkingEmpty = ref(false)
export const looking = ref(false)
/** The picture that goes with the next statement: of the item in hand, or of the empty bin. */
export const pictures = shallowRef<Taken[]>([])
/** The policy wants a picture of what is in hand, and there is none yet. */
export const photoWanted = computed(() => pictures.value.length === 0 && wantsPhoto(checkingEmpty.value ? null : (counting.value.item?.sku ?? null)))
/** It is taken, and not in the hand yet. */
export const preparing = ref(false)
const keeping = attempt()
export const { busy, no } = keeping
/** What is being kept at the moment: the next scan is about what comes after it. */
let underway: Promise<unknown> = Promise.resolve()

export function run(job: () => Promise<void>): Promise<boolean> {
  if (busy.value) return Promise.resolve(false)
  const done = keeping.run(job)
  underway = done
  return done
}

/** When the item in hand was scanned, and what of its label came before it. */
let chosenAt = 0
let waitingRest: { label: Label; raw: string; at: number } | null = null

export const place = computed(() => counting.value.place ?? '')
export const mine = computed(() => linesAt(counting.value, place.value))

/** A new task begins with a clean table. */
export function clearTable(): void {
  wrong.value = ''
  unknown.value = null
  doubt.value = null
  unusual.value = null
  checkingEmpty.value = false
  pictures.value = []
  no.value = ''
}

export async function scanned(text: string, method: Method): Promise<void> {
  await underway
  if (step.value === 'quantity' && method === 'wedge' && isTyped(text)) return typed(text)
  if (preparing.value) return refuse(t('photo.preparing'))
  wrong.value = ''
  unknown.value = null
  looking.value = true
  // Asked for a lot, what this phone does not know is that lot, whatever else bears its name elsewhere.
  const ask = step.value === 'lot' || step.value === 'serial' ? namedHere : identify
  const named = await ask(text, method, task.value ?? undefined).finally(() => (looking.value = false))
  if (named.kind === 'location') return arrive(named.code)
  if (step.value === 'place' || step.value === 'finish') return refuse(t('count.binFirst'))
  if (named.kind === 'unknown' && isRest(named.label)) return takeRest(named.label, text)
  if (step.value === 'lot' && isAboutItem(named)) return nameLot(named, text)
  if (step.value === 'serial' && isAboutItem(named)) return nameSerial(named, text)
  if (named.kind === 'item') return choose(named.item)
  unknown.value = { named, raw: text, method }
  answer('wrong')
}

/** Enter and Backspace of a handheld's own keyboard. */
export function keyAlone(key: 'Enter' | 'Backspace'): void {
  if (step.value !== 'quantity' || doubt.value || unusual.value !== null) return
  if (key === 'Backspace') happen({ kind: 'pressed', key: 'back' })
  else void accept()
}

/** Keep what stands on the keypad. Gives whether it was kept; a doubt about packs or a digit too many asks first. */
export async function accept(): Promise<boolean> {
  if (preparing.value) return false
  const { item, piles, inPacks } = counting.value
  const quantity = quantityOf(counting.value)
  const asTyped = total(piles)
  if (!item || quantity === null || asTyped === null) return false
  doubt.value = packDoubt(asTyped, item.pack, inPacks)
  unusual.value = !doubt.value && isUnusual(counting.value, item.unit, quantity) ? quantity : null
  if (!doubt.value && unusual.value === null) return keep(item, quantity)
  answer('attention', t(doubt.value ? 'count.doubt' : 'count.unusual'))
  return false
}

export function keep(item: Chosen, quantity: number): Promise<boolean> {
  doubt.value = null
  unusual.value = null
  if (photoWanted.value) return askForPhoto()
  return run(async () => {
    await enter(item, quantity, pictures.value)
    pictures.value = []
    answer('ok', `${item.name}: ${sayQty(quantity)} ${sayUnit(item.unit)}`)
  })
}

export function useLot(lot: string): void {
  happen({ kind: 'named', lot })
  answer('ok')
}

export function chooseLine(line: LineOut): void {
  wrong.value = ''
  happen({ kind: 'chose', item: chosenLine(line) })
}

export function countUnknown(): void {
  if (!unknown.value) return
  const { named, raw, method } = unknown.value
  unknown.value = null
  happen({ kind: 'chose', item: chosenUnknown(named.text, named.label, raw, method) })
}

function wantsPhoto(sku: string | null): boolean {
  return task.value !== null && needsPhoto(task.value, counting.value, sku)
}

async function askForPhoto(): Promise<false> {
  answer('attention', t('photo.wanted'))
  return false
}

/** I looked, and the bin is empty. */
export function binIsEmpty(): Promise<boolean> {
  if (photoWanted.value) return askForPhoto()
  return run(async () => {
    await declareEmpty(place.value, undefined, pictures.value)
    pictures.value = []
    answer('done', `${place.value}: ${t('count.binEmpty')}`)
    checkingEmpty.value = false
    goOn()
  })
}

/** I looked, and there is none of the item in hand. */
export async function noneHere(): Promise<void> {
  const { item } = counting.value
  if (!item?.sku) return
  const { sku, lot, name, unit } = item
  await run(async () => {
    await declareEmpty(place.value, { sku, lot, name, unit }, pictures.value)
    pictures.value = []
    answer('ok', `${name}: 0 ${sayUnit(unit)}`)
  })
}

/** Put the item in hand aside, and its picture with it. */
export function drop(): void {
  pictures.value = []
  happen({ kind: 'dropped' })
}

/** There is something in the bin after all, so a picture of its emptiness is none. */
export function notEmpty(): void {
  pictures.value = []
  checkingEmpty.value = false
}

/** To the next bin, or to the end. */
export function goOn(): void {
  wrong.value = ''
  happen(upNext.value ? { kind: 'left' } : { kind: 'finishing', yes: true })
}

export async function takeBack(line: Line): Promise<void> {
  await run(async () => {
    await withdraw(line)
    answer('attention', `${t('undo')}: ${line.name || line.location}`)
  })
}

export async function handIn(): Promise<void> {
  await run(async () => {
    await submit()
    answer('done', t('count.sent'))
  })
}

export async function arrive(code: string): Promise<void> {
  if (!places.value.includes(code)) return refuse(t('count.wrongBin', { code }))
  if (!(await settled())) return
  dropPicture()
  checkingEmpty.value = task.value?.form === 'zero'
  happen({ kind: 'arrived', place: code })
  answer('ok', code)
}

/** May what else the label says still join the item in hand? Not once a quantity was typed and time has passed. */
export function mayJoin(): boolean {
  return step.value !== 'quantity' || quantityOf(counting.value) === null || Date.now() - chosenAt < JOIN_MS
}

/** The second code of a label: it belongs to the item in hand, or to the one that is scanned next. */
async function takeRest(label: Label, raw: string): Promise<void> {
  const { item } = counting.value
  if (!item) {
    waitingRest = { label, raw, at: Date.now() }
    wrong.value = t('count.itemToo', { lot: label.lot ?? label.serial ?? label.expiry ?? '' })
    return answer('attention', wrong.value)
  }
  const whole = mayJoin() ? joined(item, label, raw) : null
  if (!whole) return refuse(t('count.otherLabel', { name: item.name }))
  happen({ kind: 'joined', item: whole })
  answer('ok', [whole.name, whole.lot].filter(Boolean).join(' · '))
  if (step.value === 'quantity' && (whole.serial || settings.scanEach)) await keepEach()
}

/** What came before the item's own code, if it was a moment ago. */
function withRest(item: Chosen): Chosen {
  const rest = waitingRest
  waitingRest = null
  return rest && Date.now() - rest.at < JOIN_MS ? (joined(item, rest.label, rest.raw) ?? item) : item
}

async function choose(scannedItem: Chosen): Promise<void> {
  const item = withRest(scannedItem)
  const now = counting.value.item
  const again = now && now.sku === item.sku && now.lot === item.lot && now.pack === item.pack
  if (step.value === 'quantity' && again) return answer('ok', item.name)
  if (!(await settled())) return
  dropPicture()
  checkingEmpty.value = false
  chosenAt = Date.now()
  happen({ kind: 'chose', item })
  if (step.value === 'quantity' && (item.serial || settings.scanEach)) await keepEach()
  else answer(step.value === 'quantity' ? 'ok' : 'attention', item.name)
}

/** What was typed before the next scan counts as said. False: it has to be cleared up first. */
async function settled(): Promise<boolean> {
  return step.value !== 'quantity' || quantityOf(counting.value) === null || accept()
}

/** A picture without a quantity says nothing, and belongs to nothing else; that it goes is said. */
function dropPicture(): void {
  if (pictures.value.length === 0) return
  wrong.value = t('photo.dropped', { name: counting.value.item?.name ?? place.value })
  pictures.value = []
}

/** One scan is one pack, or one serial. */
async function keepEach(): Promise<void> {
  const item = counting.value.item as Chosen
  if (!seenSerial(item)) return void (await keep(item, item.serial ? 1000 : item.pack))
  happen({ kind: 'dropped' })
  refuse(t('count.serialSeen', { serial: item.serial ?? '' }))
}

async function nameLot(named: Named, text: string): Promise<void> {
  const lot = named.kind === 'item' ? named.item.lot : text.trim()
  if (!lot) return answer('attention')
  useLot(lot)
  if (step.value === 'quantity' && settings.scanEach) await keepEach()
}

async function nameSerial(named: Named, text: string): Promise<void> {
  const serial = named.kind === 'item' ? named.item.serial : text.trim()
  if (!serial) return answer('attention')
  happen({ kind: 'named', serial })
  await keepEach()
}

/** Not the label of another item: that would begin a new line. */
function isAboutItem(named: Named): boolean {
  return named.kind === 'unknown' || (named.kind === 'item' && named.item.sku === counting.value.item?.sku)
}

/** A handheld's own digit keys reach us as very short scans. */
function isTyped(text: string): boolean {
  return /^[\d.+]{1,4}$/.test(text)
}

function typed(text: string): void {
  for (const key of text) happen({ kind: 'pressed', key: key as Key })
}

function refuse(words: string): void {
  wrong.value = words
  answer('wrong')
}
