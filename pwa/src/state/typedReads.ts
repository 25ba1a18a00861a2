/**
 * Tags that a sled types into this phone: kept here until the server has them, so a dead spot loses none.
 *
 * They go out as numbered batches. The server joins reads as a set, so that sending one twice counts it once, and a number
 * that never came is a gap that it says.
 */

import { computed, ref } from 'vue'
import { Unreachable } from '../api/client'
import { recall, remember } from '../outbox/db'
import { newId } from '../outbox/outbox'
import { call, person, warehouse } from './session'

/** A tag, or the label of a bin: tags that come after it are there. */
interface Typed {
  epc?: string
  barcode?: string
  first: string
}

interface Batch {
  id: string
  seq: number
  reads: Typed[]
}

const AGAIN_MS = 1000
const MOST = 500
const batches = ref<Batch[]>([])
let task = ''
/** Whose tags, of which task, are in `batches`. */
let inHand = ''
let taking: Promise<void> = Promise.resolve()
let next = 1
let last = new Map<string, number>()
let sending = false

/** How many different tags the server has not got. */
export const typedWaiting = computed(() => new Set(batches.value.flatMap(({ reads }) => reads.flatMap(({ epc }) => epc ?? []))).size)

const under = () => `typed-reads:${person.value?.id}:${task}`

/**
 * What was typed for a task before and is still here. Once taken up, what is in hand is newer than what was kept: the next
 * screen that asks must not put an older list over tags that come in meanwhile.
 */
export function takeUpTyped(id: string): Promise<void> {
  const before = inHand
  task = id
  inHand = under()
  if (inHand !== before) taking = recallTyped()
  return taking
}

async function recallTyped(): Promise<void> {
  last = new Map()
  batches.value = []
  try {
    const kept = await recall<{ next: number; batches: Batch[] }>(under())
    next = kept?.next ?? 1
    batches.value = kept?.batches ?? []
  } catch (error) {
    inHand = ''
    throw error
  }
}

/** Keep tags; resolves when they are safe on this phone. The same tag within a second says nothing new. */
export async function keepTyped(numbers: string[]): Promise<void> {
  const now = Date.now()
  const fresh = numbers.filter((epc) => now - (last.get(epc) ?? 0) >= AGAIN_MS)
  fresh.forEach((epc) => last.set(epc, now))
  if (!fresh.length) return
  await add(fresh.map((epc) => ({ epc, first: new Date(now).toISOString() })))
}

/** Somebody scanned a bin on the way. */
export async function keepPlace(barcode: string): Promise<void> {
  await add([{ barcode, first: new Date().toISOString() }])
}

async function add(reads: Typed[]): Promise<void> {
  const open = batches.value[batches.value.length - 1]
  const joins = open && !(sending && batches.value.length === 1) && open.reads.length + reads.length <= MOST
  if (joins) batches.value = [...batches.value.slice(0, -1), { ...open, reads: [...open.reads, ...reads] }]
  else batches.value = [...batches.value, { id: newId(), seq: next++, reads }]
  await keep()
}

/** Send what waits, one batch after the other. Raises `Problem`; without a network it waits for the next time. */
export async function sendTyped(): Promise<void> {
  if (sending) return
  sending = true
  try {
    while (batches.value.length) {
      const [{ id, seq, reads }] = batches.value
      const body = { batch_id: id, seq, sent_at: new Date().toISOString(), count: task, reads }
      await call('POST', '/readers/reads', { body, query: { warehouse: warehouse.value } })
      batches.value = batches.value.slice(1)
      await keep()
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
  } finally {
    sending = false
  }
}

async function keep(): Promise<void> {
  await remember(under(), { next, batches: JSON.parse(JSON.stringify(batches.value)) as Batch[] })
}
