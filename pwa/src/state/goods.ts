/**
 * What a scan, a key or a tap means at each step of work on a document.
 *
 * Wrong scans stay where they are and say so; whatever was typed before the next scan is kept first. Another bin or lot than
 * the suggested one is taken by a second scan.
 */

import { computed, ref, shallowRef } from 'vue'
import type { WorkLineOut } from '../api/documents'
import type { EventData, EventType } from '../api/wire'
import type { Chosen } from '../domain/count'
import type { Label } from '../domain/gs1'
import { isRest, joined } from '../domain/join'
import { packDoubt, type PackDoubt } from '../domain/pack'
import { total, type Key } from '../domain/piles'
import { sayQty } from '../domain/quantity'
import { amountOf, type Condition, type Statement } from '../domain/work'
import { t } from '../i18n'
import { sayCarry } from '../i18n/carry'
import { sayUnit } from '../i18n/units'
import type { Taken } from '../outbox/kept'
import { answer } from '../scanner/feedback'
import { carried, carrierWords, onto, outOf, placed, whole } from './carrier'
import { chosenUnknown, itemsBySku, type Method, type Named } from './catalogue'
import { identifyAny, namedHereAny, noteStands, type Carrier } from './containers'
import { happen, heardOut, inbound, inspecting, job, kind, left, moveWhole, refresh, seenSerial, state, step, stops, withdraw, working } from './working'
import { attempt } from './said'
import { settings } from './settings'

type Unknown = Extract<Named, { kind: 'unknown' }>

/** Why the last scan did not count, in words. */
export const wrong = ref('')
export const unknown = shallowRef<{ named: Unknown; raw: string; method: Method } | null>(null)
/** Packs or pieces? Asked before it is kept. */
export const doubt = shallowRef<PackDoubt | null>(null)
/** Damaged, and no photo: asked before it is kept. */
export const photoAsked = ref(false)
export const looking = ref(false)
/** The picture that goes with the next statement, and one that is taken and not in the hand yet. */
export const pictures = shallowRef<Taken[]>([])
export const preparing = ref(false)
const keeping = attempt()
export const { busy, no } = keeping
let underway: Promise<unknown> = Promise.resolve()

export function run(what: () => Promise<void>): Promise<boolean> {
  if (busy.value) return Promise.resolve(false)
  const done = keeping.run(what)
  underway = done
  return done
}

/** New work begins with a clean table. */
export function clearTable(): void {
  wrong.value = no.value = ''
  unknown.value = null
  doubt.value = null
  photoAsked.value = false
  pictures.value = []
}

/** The stop that the picker is at, or is sent to. */
export const here = computed(() => stops.value.find(({ location }) => location === working.value.place) ?? null)
export const upNext = computed(() => stops.value[0] ?? null)
/** What is wanted of the item in hand at this bin. */
export const wantedHere = computed(() => here.value?.tasks.find(({ line }) => line.sku === working.value.item?.sku) ?? null)
/** The best bin stands there large, the second best small; any other one takes a second scan. */
const SHOWN_BINS = 2
/** What waits at the dock of the item in hand. */
export const toPut = computed(() => left.value.find(({ line }) => line.sku === working.value.item?.sku && line.lot === working.value.item?.lot) ?? null)

export async function scanned(text: string, method: Method): Promise<void> {
  await underway
  if (step.value === 'quantity' && method === 'wedge' && /^[\d.+]{1,4}$/.test(text)) return typed(text)
  if (preparing.value) return refuse(t('photo.preparing'))
  if (step.value === 'finish' || step.value === 'sent') return refuse(t('work.finishFirst'))
  wrong.value = ''
  unknown.value = null
  looking.value = true
  // Asked for a lot, what this phone does not know is that lot, whatever else bears its name elsewhere.
  const ask = step.value === 'lot' || step.value === 'serial' ? namedHereAny : identifyAny
  const named = await ask(text, method, taskWords()).finally(() => (looking.value = false))
  if (named.kind === 'location') return atPlace(named.code)
  if (named.kind === 'container') return takeCarrier(named)
  if (step.value === 'place' && named.kind !== 'unknown') return refuse(t('count.binFirst'))
  if (step.value === 'to') return refuse(t('work.binNow'))
  if (named.kind === 'unknown' && isRest(named.label)) return takeRest(named.label, text)
  if (step.value === 'lot' && aboutItem(named)) return nameLot(named, text)
  if (step.value === 'serial' && aboutItem(named)) return nameSerial(named, text)
  if (named.kind === 'item') return choose(named.item)
  unknown.value = { named, raw: text, method }
  answer('wrong')
}

/** The document's own words first: its codes are known without a catalogue. */
export function taskWords() {
  const { lines, locations } = job.value ?? { lines: [], locations: [] }
  return { lines, locations }
}

export function keyAlone(key: 'Enter' | 'Backspace'): void {
  if (step.value !== 'quantity' || doubt.value) return
  if (key === 'Backspace') happen({ kind: 'pressed', key: 'back' })
  else void accept()
}

function typed(text: string): void {
  for (const key of text) happen({ kind: 'pressed', key: key as Key })
}

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

function amount(quantity: number): boolean {
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

/** What follows goes onto it. One that stands at the picker's bin is taken from; one at the dock is put away as a whole. */
async function takeCarrier(carrier: Carrier): Promise<void> {
  const { code, location } = carrier
  placed.value = null
  if (kind.value === 'check') return refuse(sayCarry('carry.scanInside', { code }))
  if (kind.value === 'putaway' && !working.value.item && location && location === job.value?.location) {
    whole.value = carrier
  } else if (kind.value === 'pick' && location && offered(location)) {
    if (working.value.place !== location) await arrive(location)
    if (working.value.place !== location) return
    outOf.value = { code, place: location }
  } else onto.value = code
  answer('ok', code)
}

async function putWhole({ code, location }: Carrier, to: string): Promise<void> {
  await run(async () => {
    await moveWhole(code, to)
    void noteStands(code, to)
    placed.value = { code, from: location, to }
    whole.value = null
    answer('done', `${code} → ${to}`)
  })
}

const offered = (place: string) => left.value.some((one) => one.left !== 0 && one.bins.some(({ location }) => location === place))

async function atPlace(code: string): Promise<void> {
  if (whole.value) return putWhole(whole.value, code)
  if (kind.value === 'pick') return arrive(code)
  if (kind.value === 'putaway' && working.value.item) return put(code)
  refuse(t('work.noBinHere', { code }))
}

/** To a bin of the way; to another one by a second scan. */
async function arrive(code: string): Promise<void> {
  if (!(await settledFirst())) return
  if (!offered(code) && working.value.doubted !== code) {
    happen({ kind: 'doubted', code })
    return refuse(t('work.notThisBin', { wanted: upNext.value?.location ?? '–', code }))
  }
  happen({ kind: 'arrived', place: code })
  answer('ok', code)
}

/** Into the suggested bin, or the second best; into another one by a second scan. */
async function put(code: string): Promise<void> {
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

/** A line that was tapped rather than scanned. */
export async function chooseLine(line: WorkLineOut, lot = line.lot): Promise<void> {
  wrong.value = ''
  await take(tapped(line, lot))
}

export function tapped({ sku, name, unit, lot, lot_tracked: lotTracked, serial_tracked: serialTracked }: WorkLineOut, which = lot): Chosen {
  return { sku, code: null, name, unit, lot: which, expiry: null, serial: null, lotTracked, serialTracked, pack: 1000, labelQuantity: null, raw: null, method: 'keypad' }
}

/** A label of somebody's own that nobody has scanned before: it is a container because whoever holds it says so. */
export function carryUnknown(): void {
  onto.value = unknown.value?.named.text.trim() ?? null
  unknown.value = null
  answer('ok')
}

/** A code that nobody knows is received under its own text, to be named later. */
export async function receiveUnknown(): Promise<void> {
  if (!unknown.value) return
  const { named, raw, method } = unknown.value
  unknown.value = null
  await take(chosenUnknown(named.text, named.label, raw, method))
}

async function choose(item: Chosen): Promise<void> {
  whole.value = null
  const now = working.value.item
  const again = now && now.sku === item.sku && now.lot === item.lot && now.pack === item.pack
  if (step.value === 'quantity' && again && !scansEach()) return answer('ok', item.name)
  if (!(await settledFirst())) return
  await take(item)
}

/** Take an item in hand: known lots of the way are filled in, and what does not belong here is said. */
async function take(item: Chosen): Promise<void> {
  if (kind.value === 'putaway') return takeToPut(item)
  if (kind.value === 'pick') return takeToPick(item)
  happen({ kind: 'chose', item, asksExpiry: kind.value === 'receive' && (await keepsForAWhile(item)) })
  await goOn(item)
}

async function keepsForAWhile(item: Chosen): Promise<boolean> {
  if (!item.lotTracked || item.expiry || !item.sku) return false
  const about = (await itemsBySku([item.sku])).get(item.sku)
  return !about || about.shelf_life_days != null
}

function takeToPut(item: Chosen): void {
  const waits = left.value.filter((one) => one.line.sku === item.sku && one.left !== 0)
  const one = item.lot ? waits.find(({ line }) => line.lot === item.lot) : waits.length === 1 ? waits[0] : undefined
  if (!waits.length || (item.lot && !one)) return refuse(t('work.notToPut', { name: item.name }))
  happen({ kind: 'chose', item: { ...item, lot: one?.line.lot ?? item.lot } })
  answer(step.value === 'quantity' ? 'ok' : 'attention', item.name)
}

/** The suggested lot goes first; another one by a second scan. */
async function takeToPick(item: Chosen): Promise<void> {
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

/** One scan is one pack where each piece is scanned, and one serial always. */
async function goOn(item: Chosen): Promise<void> {
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

async function settledFirst(): Promise<boolean> {
  return step.value !== 'quantity' || amountOf(working.value) === null || accept()
}

/** The second code of a label belongs to the item in hand. */
async function takeRest(label: Label, raw: string): Promise<void> {
  const { item } = working.value
  const whole = item ? joined(item, label, raw) : null
  if (!whole) return refuse(item ? t('count.otherLabel', { name: item.name }) : t('count.scanItem'))
  happen({ kind: 'joined', item: whole })
  await goOn(whole)
}

function aboutItem(named: Named): boolean {
  return named.kind === 'unknown' || (named.kind === 'item' && named.item.sku === working.value.item?.sku)
}

async function nameLot(named: Named, text: string): Promise<void> {
  await useLot(named.kind === 'item' ? named.item.lot : named.kind === 'unknown' ? (named.label.lot ?? text.trim()) : '')
}

export async function useLot(lot: string): Promise<void> {
  const { item } = working.value
  if (!lot || !item) return answer('attention')
  if (kind.value === 'putaway' && !left.value.some((one) => one.line.sku === item.sku && one.line.lot === lot && one.left !== 0)) return refuse(t('work.notToPut', { name: `${item.name} · ${lot}` }))
  happen({ kind: 'named', lot })
  answer('ok', `${item.name} · ${lot}`) // one look at the lot is for all of it: the keypad asks how many
}

export async function useExpiry(expiry: string): Promise<void> {
  happen({ kind: 'named', expiry })
  if (working.value.item) await goOn(working.value.item)
}

async function nameSerial(named: Named, text: string): Promise<void> {
  const serial = named.kind === 'item' ? named.item.serial : named.kind === 'unknown' ? (named.label.serial ?? text.trim()) : null
  if (!serial) return answer('attention')
  happen({ kind: 'named', serial })
  if (working.value.item) await goOn(working.value.item)
}

export function drop(): void {
  pictures.value = []
  happen({ kind: 'dropped' })
}

export function setCondition(condition: Condition): void {
  if (condition === 'good') pictures.value = []
  happen({ kind: 'found', condition })
}

export async function takeBack(line: Statement): Promise<void> {
  await run(async () => {
    await withdraw(line)
    answer('attention', `${t('undo')}: ${line.name}`)
  })
}

function refuse(words: string): void {
  wrong.value = words
  answer('wrong')
}
