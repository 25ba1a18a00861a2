/** The document in hand: the reducer's state, and the verbs that say what was done with its goods. */

import { computed, ref, shallowRef } from 'vue'
import type { EventData, EventType } from '../api/wire'
import type { Chosen } from '../domain/count'
import { readQty, showQty } from '../domain/quantity'
import { leftOf, stopsOf } from '../domain/way'
import { after, hasSerial, IDLE, openGoods, saidOf, shown, standing, stepOf, type Condition, type Statement, type WorkHappening, type Working } from '../domain/work'
import { recall, remember } from '../outbox/db'
import type { Kept, Taken, Told } from '../outbox/kept'
import { newId, trailOf } from '../outbox/outbox'
import { itemsBySku } from './catalogue'
import { carryFor, putDown } from './carrier'
import { reachable } from './connection'
import { say, sayWithPhotos, sendNow, waitingEvents } from './queue'
import { person, warehouse } from './session'
import { findWork, keptWork, noteWork, type KeptWork } from './tasks'

export const job = shallowRef<KeptWork | null>(null)
export const working = shallowRef<Working>(IDLE)
/** The last statement, for as long as it can be taken back with one tap. */
export const undoable = ref<Statement | null>(null)

/** Goods without a document: the server makes one for them. */
const WITHOUT = 'without'

const PATIENCE = 1500 // ms
const NAMES: Partial<Record<EventType, Statement['step']>> = {
  'receive.line': 'receive',
  'receive.check': 'check',
  'pick.line': 'pick',
  'pick.check': 'check',
  'pick.short': 'short',
  putaway: 'putaway',
}
let known = new Map<string, { name: string; unit: string }>()

export const kind = computed(() => job.value?.kind ?? 'receive')
export const step = computed(() => stepOf(kind.value, working.value))
export const inbound = computed(() => ['receipt', 'return', 'transfer_in'].includes(job.value?.document_kind ?? ''))
/** Somebody else looks at what a customer sent back. They add to what is known; a checker says at the end that it was all. */
export const inspecting = computed(() => kind.value === 'check' && job.value?.document_kind === 'return')
/** The document is one that the phone began by itself. */
export const without = computed(() => job.value?.document === '')
/** What this phone has said since the server told of the lines. */
const unheard = computed(() => standing(working.value).filter(({ seq }) => seq > (job.value?.upto ?? 0)))
export const left = computed(() => leftOf(job.value?.lines ?? [], unheard.value))
export const stops = computed(() => stopsOf(left.value))
/** Lines of the document that I have said nothing of yet. */
export const unsaid = computed(() => (job.value?.lines ?? []).filter((line) => !saidOf(working.value, line.sku, line.lot) && !working.value.lines.some((one) => !one.voided && one.sku === line.sku && (line.lot === '' || one.lot === line.lot))))

/** My statements, newest first. */
export const mine = computed(() => shown(working.value))

export function happen(happening: WorkHappening): void {
  working.value = after(working.value, happening)
}

/** Take up work: what this phone keeps of it, and what the server says when it answers soon. */
export async function takeUp(id: string): Promise<void> {
  const half = job.value?.id === id && working.value.item && !working.value.submitted ? working.value : null
  working.value = IDLE
  undoable.value = null
  await carryFor(id)
  await (id === WITHOUT ? begin(half) : find(id, half))
  if (working.value.submitted) putDown()
}

async function find(id: string, half: Working | null): Promise<void> {
  const kept = await keptWork(id)
  job.value = kept
  const heard = findWork(id)
  const found = kept ? await Promise.race([heard, new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE))]) : await heard
  if (found && found !== 'gone') job.value = found
  if (!found) void heard.then((later) => later && later !== 'gone' && job.value?.id === id && (job.value = later))
  await remind(id, found !== null && found !== 'gone')
  if (found === 'gone' && !working.value.submitted && !waitingEvents.value.some(({ data }) => data.task === id)) job.value = null
  if (half && !working.value.submitted) working.value = { ...half, lines: working.value.lines }
}

/** A delivery that nobody announced: its statements belong together under an id of this phone's own. */
async function begin(half: Working | null): Promise<void> {
  const under = `unannounced:${person.value?.id}:${warehouse.value}`
  const id = (await recall<string>(under)) ?? newId()
  await remember(under, id)
  const nothing = { lines: [], locations: [], done: { lines: 0, of: 0 }, upto: 0, mine: true, state: 'open' }
  job.value = { ...nothing, id, kind: 'receive', document: '', document_kind: 'receipt', number: '', warehouse: warehouse.value }
  await remind(id, false)
  if (half) working.value = { ...half, lines: working.value.lines }
}

/** Replay what this phone has said. `open`: the server says that there is more to do, so an end that it has heard is past. */
async function remind(id: string, open: boolean): Promise<void> {
  const trail = (await trailOf(id)).filter(({ author }) => author === person.value?.id)
  await learn(trail.map(({ data }) => data.sku))
  working.value = trail.reduce((now, told) => heardOf(told, open).reduce(after, now), IDLE)
}

async function learn(skus: (string | null | undefined)[]): Promise<void> {
  known = new Map([...Array.from(known), ...Array.from(await itemsBySku(skus))])
}

function heardOf(told: Told, open: boolean): WorkHappening[] {
  const { type, data, result } = told
  if (NAMES[type]) return [{ kind: 'said', line: { ...statementOf(told), fate: result } }]
  if (result === 'refused') return []
  if (type === 'document.void') return [{ kind: 'voided', statement: data.statement ?? '' }]
  if (!['receive.submit', 'pick.submit', 'ship'].includes(type)) return []
  return open && result !== null ? [{ kind: 'reopened' }] : [{ kind: 'submitted' }]
}

/** Fetch the work anew, once what was said is with the server; the screen goes on meanwhile. */
export async function refresh(): Promise<void> {
  const { id } = job.value ?? {}
  if (!id || without.value) return
  const found = await findWork(id)
  if (found && found !== 'gone' && job.value?.id === id) job.value = found
}

/** Resolves when nothing of this document waits any more, or soon, if there is no network. */
export async function heardOut(patience = 4000): Promise<void> {
  const until = Date.now() + patience
  while (reachable.value && Date.now() < until && waitingEvents.value.some(({ data }) => data.document === job.value?.document)) {
    await sendNow()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}

/** Take the picking: from now on this phone hears how much, and its person never checks. */
export async function claim(): Promise<void> {
  await tell('document.claim', { side: 'first' })
}

/** Say what was done with the goods in hand. Resolves when it is safe on this phone. */
export async function state(type: EventType, item: Chosen, quantity: number, more: Partial<EventData> = {}, photos: Taken[] = []): Promise<Statement> {
  const what: EventData = item.sku ? { sku: item.sku } : { code: item.code ?? '' }
  const data: EventData = {
    ...what,
    ...(item.lot ? { lot: item.lot } : {}),
    ...(item.serial ? { serial: item.serial } : {}),
    ...(type === 'pick.short' ? { found: showQty(quantity) } : { quantity: showQty(quantity), method: item.method, ...(item.raw ? { raw: item.raw } : {}) }),
    ...more,
  }
  const [kept] = await tell(type, data, photos)
  const line = statementOf(kept, item)
  happen({ kind: 'said', line })
  undoable.value = line.quantity > 0 || line.step === 'short' ? line : undoable.value
  noteProgress()
  return line
}

/** Take a statement back by another one; both stay on record. */
export async function withdraw(line: Statement): Promise<void> {
  await tell('document.void', { statement: line.id })
  happen({ kind: 'voided', statement: line.id })
  if (undoable.value?.id === line.id) undoable.value = null
  noteProgress()
}

/** A container, with all that is on it, goes to a bin: the server knows what that is. */
export async function moveWhole(container: string, to: string): Promise<void> {
  await tell('container.move', { container, to })
}

/** Containers of this document whose move the server has not answered. */
export const wholesWaiting = computed(() => waitingEvents.value.filter(({ type, data }) => type === 'container.move' && data.document === job.value?.document).length)

/** The server knows what was on it: what is still to be put away, or that this was all. */
export async function hearWhole(): Promise<void> {
  const { id } = job.value ?? {}
  const found = id ? await findWork(id) : null
  if (job.value?.id !== id || !found) return
  if (found !== 'gone') return void (job.value = found)
  putDown()
  happen({ kind: 'submitted' })
}

/** That was all. A checker's last word on each kind of goods goes before it. */
export async function submit(): Promise<void> {
  if (kind.value === 'check') await closeGoods()
  if (kind.value === 'ship') await tell('ship', {})
  else await tell(inbound.value ? 'receive.submit' : 'pick.submit', kind.value === 'check' ? { side: 'check' } : {})
  // What comes next without a document is another delivery.
  if (without.value) await remember(`unannounced:${person.value?.id}:${warehouse.value}`, undefined)
  putDown()
  happen({ kind: 'submitted' })
}

async function closeGoods(): Promise<void> {
  for (const { sku, code, lot, condition } of openGoods(working.value)) {
    const what: EventData = sku ? { sku } : { code: code ?? '' }
    await tell(inbound.value ? 'receive.check' : 'pick.check', { ...what, ...(lot ? { lot } : {}), quantity: '0.000', ...(inbound.value ? { condition } : {}) })
  }
}

/** The expiry date that I entered for this lot before. */
export function knownExpiry(sku: string | null, lot: string): string | null {
  return standing(working.value).find((line) => line.sku === sku && line.lot === lot && line.expiry)?.expiry ?? null
}

export function seenSerial(item: Chosen): boolean {
  return item.serial !== null && hasSerial(working.value, item.sku, item.serial)
}

async function tell(type: EventType, data: EventData, photos: Taken[] = []): Promise<Kept[]> {
  const { id, document, warehouse: where } = job.value as KeptWork
  const said = { type, data: { task: id, warehouse: where, ...(document ? { document } : {}), ...data } }
  return photos.length ? sayWithPhotos(person.value?.id ?? '', said, photos) : say(person.value?.id ?? '', said)
}

/** Home shows how far it is, with a network or without. Nobody waits for this, and nothing is lost if it fails. */
function noteProgress(): void {
  const one = job.value
  if (!one || without.value) return
  const gone = left.value.filter((each) => each.left === 0).length
  const said = new Set(standing(working.value).map(({ sku }) => sku))
  const seen = one.lines.filter(({ sku }) => said.has(sku)).length
  const done = kind.value === 'putaway' || kind.value === 'pick' ? one.done.of - one.lines.length + gone : Math.max(one.done.lines, seen)
  void noteWork(one.id, done).catch(() => undefined)
}

function statementOf(kept: Kept, item?: Chosen): Statement {
  const { sku = null, code = null, lot = '', serial = null, expiry = null, quantity, found, condition, location = null, to = null, photo = null, more = false } = kept.data
  const words = item ?? wordsFor(sku)
  return {
    id: kept.id,
    seq: kept.seq,
    step: NAMES[kept.type] ?? 'receive',
    sku,
    code,
    name: words?.name ?? sku ?? code ?? '',
    unit: words?.unit ?? '',
    lot,
    serial,
    expiry,
    quantity: readQty(quantity ?? found ?? '0') ?? 0,
    condition: (condition as Condition | undefined) ?? 'good',
    location,
    to,
    at: kept.at,
    photo,
    more,
    voided: false,
    fate: null,
  }
}

function wordsFor(sku: string | null): { name: string; unit: string } | undefined {
  return job.value?.lines.find((line) => line.sku === sku) ?? known.get(sku ?? '')
}
