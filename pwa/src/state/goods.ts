/**
 * What a scan, a key or a tap means at each step of work on a document.
 *
 * Wrong scans stay where they are and say so; whatever was typed before the next scan is kept first. Another bin or lot than
 * the suggested one is taken by a second scan.
 */

import type { WorkLineOut } from '../api/documents'
import type { Chosen } from '../domain/count'
import type { Label } from '../domain/gs1'
import { isRest, joined } from '../domain/join'
import type { Key } from '../domain/piles'
import type { Condition, Statement } from '../domain/work'
import { t } from '../i18n'
import { sayCarry } from '../i18n/carry'
import { answer } from '../scanner/feedback'
import { onto, outOf, placed, whole } from './carrier'
import { chosenUnknown, itemsBySku, type Method, type Named } from './catalogue'
import { identifyAny, namedHereAny, type Carrier } from './containers'
import { accept, goOn, scansEach, settledFirst } from './keeping'
import { arrive, offered, takeToPick } from './picking'
import { put, putWhole, takeToPut } from './putaway'
import { doubt, looking, pictures, preparing, refuse, run, settled, unknown, wrong } from './table'
import { happen, job, kind, left, step, withdraw, working } from './working'

export async function scanned(text: string, method: Method): Promise<void> {
  await settled()
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

async function atPlace(code: string): Promise<void> {
  if (whole.value) return putWhole(whole.value, code)
  if (kind.value === 'pick') return arrive(code)
  if (kind.value === 'putaway' && working.value.item) return put(code)
  refuse(t('work.noBinHere', { code }))
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
