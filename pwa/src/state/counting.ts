/** The count in hand: the reducer's state, and the verbs that say things about shelves. */

import { computed, ref, shallowRef } from 'vue'
import type { EntryOut, TaskOut } from '../api/counts'
import type { EventData } from '../api/wire'
import { after, afterAll, hasSerial, nextPlace, placesDone, stepOf, START, type Chosen, type Counting, type Happening, type Line } from '../domain/count'
import { total } from '../domain/piles'
import { readQty, showQty } from '../domain/quantity'
import type { Kept, Taken, Told } from '../outbox/kept'
import { trailOf } from '../outbox/outbox'
import { itemsBySku } from './catalogue'
import { say, sayWithPhotos } from './queue'
import { person } from './session'
import { findTask, keptTask, noteTask } from './tasks'

export const task = shallowRef<TaskOut | null>(null)
export const counting = shallowRef<Counting>(START)
export const step = computed(() => stepOf(counting.value))
/** The last statement, for as long as it can be taken back with one tap. */
export const undoable = ref<Line | null>(null)

/** Whose half-entered digits these are: nobody else may find them. */
let enteredBy: string | undefined
let known = new Map<string, { name: string; unit: string }>()

export const places = computed(() => task.value?.locations ?? [])
/** Digits stand on the keypad that are not kept yet. */
export const halfEntered = computed(() => !counting.value.submitted && total(counting.value.piles) !== null)
export const upNext = computed(() => nextPlace(counting.value, places.value))

export function happen(happening: Happening): void {
  counting.value = after(counting.value, happening)
}

const PATIENCE = 1500 // ms

/**
 * Take up a task: what the server knows of my entries, and on top what this phone has said.
 *
 * Whoever was away for a look at another screen finds what was half-entered as it stood.
 */
export async function takeUp(id: string): Promise<void> {
  const { place, item, piles, inPacks } = counting.value
  const half = halfEntered.value && task.value?.id === id && enteredBy === person.value?.id ? { place, item, piles, inPacks } : null
  enteredBy = person.value?.id
  task.value = null
  counting.value = START
  undoable.value = null
  const [kept, trail] = await Promise.all([keptTask(id), trailOf(id)])
  const heard = hear(id)
  if (!kept) await heard
  // Begun elsewhere: the server may know of bins that are done, so give it a moment before saying where to go.
  else if (kept.mine && !trail.length) await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, PATIENCE))])
  task.value ??= kept
  await learn(trail.map(({ data }) => data.sku))
  const mine = trail.filter(({ author }) => author === person.value?.id)
  counting.value = afterAll(counting.value, mine.flatMap(heardOf))
  if (half && !counting.value.submitted) counting.value = { ...counting.value, ...half }
}

/** What the server knows of the task and of my entries. A phone that has the task need not wait for it. */
async function hear(id: string): Promise<void> {
  const found = await findTask(id)
  if (!found) return
  const entries = found.my_entries ?? []
  await learn(entries.map(({ sku }) => sku))
  task.value = found
  counting.value = afterAll(counting.value, entries.filter(({ kind }) => kind !== 'void').map(recalled))
}

async function learn(skus: (string | null | undefined)[]): Promise<void> {
  known = new Map([...Array.from(known), ...Array.from(await itemsBySku(skus))])
}

/** Is the task claimed by this person, as far as this phone knows? */
export async function isClaimed(): Promise<boolean> {
  if (!task.value) return false
  const trail = await trailOf(task.value.id)
  const last = trail.filter(({ type }) => type === 'count.claim' || type === 'count.release').pop()
  return last ? last.type === 'count.claim' && last.result !== 'refused' : task.value.mine
}

export async function begin(reason?: string): Promise<void> {
  await tell('count.claim', reason ? { reason } : {})
  noteProgress()
}

export async function handBack(): Promise<void> {
  await tell('count.release', {})
  noteProgress(false)
}

/** Where it was seen, if not at the bin in hand; and the photo that shows it, if that is on its way already. */
export interface Where {
  location: string
  photo: string
}

/** Say how many there are, with at most one photo. Resolves when it is safe on this phone. */
export async function enter(item: Chosen, quantity: number, photos: Taken[] = [], where?: Where): Promise<Line> {
  const location = where?.location ?? counting.value.place ?? ''
  const what: EventData = item.sku ? { sku: item.sku } : { code: item.code ?? '' }
  const data: EventData = {
    location,
    ...what,
    ...(item.lot ? { lot: item.lot } : {}),
    ...(item.serial ? { serial: item.serial } : {}),
    quantity: showQty(quantity),
    method: item.method,
    ...(item.raw ? { raw: item.raw } : {}),
    ...(where ? { photo: where.photo } : {}),
  }
  const [kept] = await tell('count.entry', data, photos)
  return noted(lineOf(kept, item.name, item.unit))
}

/** Say that there is none: of one item, or of anything at all. */
export async function declareEmpty(location: string, item?: { sku: string; lot: string; name: string; unit: string }, photos: Taken[] = []): Promise<Line> {
  const of = item ? { sku: item.sku, ...(item.lot ? { lot: item.lot } : {}) } : {}
  const [kept] = await tell('count.empty', { location, ...of }, photos)
  return noted(lineOf(kept, item?.name ?? '', item?.unit ?? ''))
}

/** Take a statement back by a statement of its own; both stay on record. */
export async function withdraw(line: Line): Promise<void> {
  await tell('count.void', { entry: line.id })
  happen({ kind: 'voided', entry: line.id })
  noteProgress()
  if (undoable.value?.id === line.id) undoable.value = null
}

export async function submit(): Promise<void> {
  await tell('count.submit', {})
  happen({ kind: 'submitted' })
}

export function seenSerial(item: Chosen): boolean {
  return item.serial !== null && hasSerial(counting.value, item.sku, item.serial)
}

function tell(type: Kept['type'], data: EventData, photos: Taken[] = []): Promise<Kept[]> {
  const { id, warehouse } = task.value as TaskOut
  const said = { type, data: { task: id, warehouse, ...data } }
  return photos.length ? sayWithPhotos(person.value?.id ?? '', said, photos) : say(person.value?.id ?? '', said)
}

let progress = ''

/** Home shows how far it is, with a network or without. Nobody waits for this, and nothing is lost if it fails. */
function noteProgress(mine = true): void {
  const { id } = task.value as TaskOut
  const done = placesDone(counting.value)
  const count = places.value.filter((code) => done.has(code)).length
  if (progress === `${id}/${mine}/${count}`) return
  progress = `${id}/${mine}/${count}`
  void noteTask(id, mine, count).catch(() => undefined)
}

function noted(line: Line): Line {
  happen({ kind: 'said', line })
  noteProgress()
  undoable.value = line
  return line
}

/** What one thing on the phone's trail did to the count. */
function heardOf(told: Told): Happening[] {
  const { type, data, result } = told
  if (type === 'count.entry' || type === 'count.empty') return [{ kind: 'recalled', line: { ...lineOf(told), fate: result } }]
  if (result === 'refused') return []
  if (type === 'count.void') return [{ kind: 'voided', entry: data.entry ?? '' }]
  return type === 'count.submit' ? [{ kind: 'submitted' }] : []
}

function lineOf(kept: Kept, name = '', unit = ''): Line {
  const { location = '', sku = null, code = null, lot = '', serial = null, quantity = '0', photo = null } = kept.data
  const kind = kept.type === 'count.empty' ? 'empty' : 'entry'
  const words = { name: name || wordsFor(sku)?.name || sku || code || '', unit: unit || wordsFor(sku)?.unit || '' }
  const about = { id: kept.id, kind, location, sku, code, lot, serial, at: kept.at, photo } as const
  return { ...about, ...words, quantity: readQty(quantity) ?? 0, voided: false, fate: null }
}

function recalled(entry: EntryOut): Happening {
  return {
    kind: 'recalled',
    line: {
      id: entry.id,
      kind: entry.kind === 'empty' ? 'empty' : 'entry',
      location: entry.location,
      sku: entry.sku ?? null,
      code: entry.code ?? null,
      name: entry.name ?? entry.sku ?? entry.code ?? '',
      unit: wordsFor(entry.sku)?.unit ?? '',
      lot: entry.lot ?? '',
      serial: entry.serial ?? null,
      quantity: readQty(entry.quantity ?? '0') ?? 0,
      photo: entry.photo ?? null,
      at: entry.at,
      voided: entry.voided ?? false,
      fate: 'accepted',
    },
  }
}

/** Of the task in hand, each item once: a list of thousands is not searched for every line that is said. */
const named = computed(() => new Map((task.value?.lines ?? []).map((line) => [line.sku, { name: line.name, unit: line.unit }])))

function wordsFor(sku: string | null | undefined): { name: string; unit: string } | undefined {
  return named.value.get(sku ?? '') ?? known.get(sku ?? '')
}
