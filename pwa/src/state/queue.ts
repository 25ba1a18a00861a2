/**
 * The outbox as the screens see it, and the sender's rhythm: after each event, when the network returns, and by the clock.
 *
 * Photos follow the events, by themselves: neither waits for the other to finish.
 */

import { computed, ref, shallowRef } from 'vue'
import { ask, ping, Problem, Unreachable } from '../api/client'
import type { SyncOut } from '../api/wire'
import { author } from '../outbox/authors'
import { NotSaved, probe } from '../outbox/db'
import type { Kept, Said, Taken, Told } from '../outbox/kept'
import { keep, refusedOnes, tidy, waiting } from '../outbox/outbox'
import { flush, type Answer, type Carrier, type Outcome } from '../outbox/sync'
import { tidyPhotos } from '../outbox/photos'
import { tidySeen } from '../outbox/seen'
import { hearClock, reachable, whenBack } from './connection'
import { deviceId } from './device'
import { asideCount, goingPhotos, refreshPhotos, sendPhotos } from './photos'
import { onBehalf, tokenFor } from './stead'

const EVERY_MS = 30_000
const SOON_MS = 400
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 300_000

export const waitingEvents = shallowRef<Kept[]>([])
export const refusedEvents = shallowRef<Told[]>([])
export const sending = ref(false)
/** People who must sign in before their events can go, and their names. */
export const frozenIds = ref<string[]>([])
export const frozenNames = ref<string[]>([])
/** Set when the phone could not keep something: a red screen until somebody has read it. */
export const notSaved = ref<string | null>(null)
/** Set beside `notSaved` when an entry could not be kept together with its photos: how to go on, or to try again. */
export const withoutPhotos = shallowRef<((goOn: 'without' | 'again') => void) | null>(null)
/** Grows with every change of the outbox, also from other tabs. */
export const changes = ref(0)

/** What was done, and what is odd about it: whoever did it is still standing there. */
export const toldOdd = shallowRef<{ code: string; event: Kept } | null>(null)
const ODD = ['over_capacity', 'takes_held', 'takes_reserved']

export type ChipState = 'sent' | 'waiting' | 'needs' | 'offline'

export const chipState = computed<ChipState>(() => {
  if (notSaved.value || refusedEvents.value.length + asideCount.value > 0 || frozenNames.value.length > 0) return 'needs'
  if (!reachable.value) return 'offline'
  return onThisPhone.value > 0 ? 'waiting' : 'sent'
})
/** Events and photos that the server has not got. */
export const onThisPhone = computed(() => waitingEvents.value.length + goingPhotos.value.length)

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('tallyloop')
let failures = 0
let photoFailures = 0
/** Photos that failed a moment ago are left alone until then, however many scans are sent meanwhile. */
let photosAfter = 0
/** Whose entries, and whose photos, wait for their sign-in. */
let frozen: Record<'events' | 'photos', string[]> = { events: [], photos: [] }
let timer: ReturnType<typeof setTimeout> | undefined
let soon: ReturnType<typeof setTimeout> | undefined

/** Keep what was said. When it resolves it is safe on this phone; only then may there be a tone. Raises `NotSaved`. */
export async function say(authorId: string, ...said: Said[]): Promise<Kept[]> {
  try {
    return await saying(authorId, said)
  } catch (error) {
    notSaved.value = reasonOf(error)
    throw error
  }
}

/**
 * Keep what was said with its photos, in one piece. If the phone cannot, the red screen stands and asks: an entry is worth
 * more than its picture, so it can be kept without. Resolves when the entry is safe; raises `NotSaved` as `say` does.
 */
export async function sayWithPhotos(authorId: string, said: Said, photos: Taken[]): Promise<Kept[]> {
  for (;;) {
    try {
      const kept = await saying(authorId, [said], photos)
      if (photos.length > 0) await refreshPhotos().catch(() => undefined)
      return kept
    } catch (error) {
      notSaved.value = reasonOf(error)
      if (photos.length === 0) throw error
      if ((await asked()) === 'without') photos = []
    }
  }
}

async function saying(authorId: string, said: Said[], photos: Taken[] = []): Promise<Kept[]> {
  const kept = await keep(authorId, await deviceId(), said, photos)
  waitingEvents.value = [...waitingEvents.value, ...kept]
  tabs?.postMessage('changed')
  sendSoon()
  return kept
}

function asked(): Promise<'without' | 'again'> {
  return new Promise((resolve) => {
    withoutPhotos.value = (goOn) => {
      withoutPhotos.value = null
      notSaved.value = null
      resolve(goOn)
    }
  })
}

function reasonOf(error: unknown): string {
  return error instanceof NotSaved ? error.reason : String(error)
}

export async function refreshQueue(): Promise<void> {
  waitingEvents.value = await waiting()
  refusedEvents.value = await refusedOnes()
  await refreshPhotos()
  changes.value++
}

/** A burst of scans goes out together, and the disk is left to keeping them. */
function sendSoon(): void {
  soon ??= setTimeout(() => {
    soon = undefined
    void sendNow(false)
  }, SOON_MS)
}

/** Send what waits; safe to call at any time. `eager`: photos too, though they may have failed a moment ago. */
export async function sendNow(eager = true): Promise<void> {
  if (sending.value) return
  sending.value = true
  try {
    const outcome = await flush(carrier)
    if (outcome.state !== 'busy') await noteFrozen('events', outcome.frozen)
    failures = outcome.state === 'unreachable' ? failures + 1 : 0
    tabs?.postMessage('changed')
    // Another tab may have sent it all, or nothing waits: then nobody has asked yet whether the server is back.
    if (!reachable.value && ['busy', 'empty'].includes(outcome.state)) await ping()
  } catch {
    // Kept they are; what the server said of them is asked once more. A red screen here would have them entered twice.
    failures++
  } finally {
    sending.value = false
    await refreshQueue().catch(() => undefined)
    plan()
  }
  if (failures === 0 && (eager || Date.now() >= photosAfter)) void bringPhotos()
}

/** The photos of events that have their receipt. A failure here is no failure of the events. */
async function bringPhotos(): Promise<void> {
  let outcome: Outcome | null = null
  try {
    outcome = await sendPhotos()
    if (!outcome) return
    if (outcome.state !== 'busy') await noteFrozen('photos', outcome.frozen)
    tabs?.postMessage('changed')
  } catch {
    // Kept they are, as above.
  }
  photoFailures = !outcome || outcome.state === 'unreachable' ? photoFailures + 1 : 0
  photosAfter = photoFailures ? Date.now() + backOff(photoFailures) : 0
  await refreshQueue().catch(() => undefined)
  plan()
}

/** Try again later: sooner after the first failure, later after each further one, never all phones at once. */
function plan(): void {
  clearTimeout(timer)
  const forPhotos = photoFailures > 0 && waitingEvents.value.length === 0
  const wait = failures ? backOff(failures) : forPhotos ? Math.max(1000, photosAfter - Date.now()) : EVERY_MS
  timer = setTimeout(() => (onThisPhone.value > 0 || !reachable.value ? void sendNow(false) : plan()), wait)
}

function backOff(failed: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failed - 1)) * (0.75 + Math.random() / 2)
}

async function noteFrozen(what: keyof typeof frozen, ids: string[]): Promise<void> {
  frozen = { ...frozen, [what]: ids }
  frozenIds.value = Array.from(new Set([...frozen.events, ...frozen.photos]))
  frozenNames.value = await namesOf(frozenIds.value)
}

export function followQueue(): void {
  if (tabs) tabs.onmessage = () => void refreshQueue()
  whenBack(() => {
    failures = photoFailures = 0
    void probe().then(() => sendNow(), (error: unknown) => (notSaved.value = reasonOf(error)))
  })
  void tidy().then(() => Promise.all([tidyPhotos(), tidySeen()])).catch(() => undefined)
  void refreshQueue().then(() => sendNow(), () => undefined)
}

const carrier: Carrier = {
  token: tokenFor,
  deliver,
}

async function deliver(token: string, events: Kept[]): Promise<Answer> {
  const body = {
    device_id: events[0].device,
    on_behalf_of: await onBehalf(events[0].author, token),
    sent_at: new Date().toISOString(),
    events: events.map(({ id, type, at, seq, data }) => ({ id, type, at, seq, data })),
  }
  try {
    const { receipts, clock_offset_ms } = await ask<SyncOut>('POST', '/sync', { body, token })
    hearClock(clock_offset_ms)
    const odd = receipts.find(({ code }) => ODD.includes(code ?? ''))
    const event = events.find(({ id }) => id === odd?.id)
    if (odd?.code && event) toldOdd.value = { code: odd.code, event }
    return { kind: 'receipts', receipts }
  } catch (error) {
    return answerOf(error)
  }
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof Problem)) return { kind: 'unreachable', error: error instanceof Unreachable ? 'unreachable' : String(error) }
  if (error.status === 401) return { kind: 'unauthorized' }
  const passing = error.status >= 500 || error.status === 429 || error.status === 408 || error.status === 404
  if (passing) return { kind: 'unreachable', error: error.code }
  return { kind: 'not_understood', code: error.code, detail: error.detail }
}

async function namesOf(ids: string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => author(id)))
  return found.map((one, place) => one?.person.name ?? ids[place].slice(-4))
}
