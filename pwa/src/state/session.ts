/** Who is signed in on this phone, where they work, and what they may do. */

import { computed, ref, shallowRef } from 'vue'
import { ask, Problem, Unreachable, type Ask } from '../api/client'
import type { MeOut, SessionOut, WarehouseOut } from '../api/people'
import { amendAuthor, author, authors, forgetTokens, tokenOf, welcome, type Author } from '../outbox/authors'
import { recall, remember } from '../outbox/db'
import { forgetInHand } from '../outbox/inHand'
import { waiting } from '../outbox/outbox'
import { photoQueue } from '../outbox/photos'
import { forgetSeen } from '../outbox/seen'
import { fits, verifierFor } from '../outbox/unlock'
import { deviceId } from './device'
import { sendNow } from './queue'
import { bringNothing } from './stead'

export const person = shallowRef<Author['person'] | null>(null)
export const warehouses = shallowRef<WarehouseOut[]>([])
export const warehouse = ref('')
export const signInAgain = ref(false)
const permissions = shallowRef<Record<string, string[]>>({})

export const warehouseName = computed(() => warehouses.value.find(({ code }) => code === warehouse.value)?.name ?? '')

/** May the person do this in the warehouse they work in now? The server decides; this only hides idle buttons. */
export function may(permission: string, where = warehouse.value): boolean {
  const held = permissions.value[where] ?? permissions.value['*'] ?? []
  return held.includes(permission)
}

/** Somebody may settle differences here, at whichever tier. */
export const mayDecide = computed(() => ['decide', 'decide_manager', 'decide_finance'].some((each) => may(each)))

/** The last person, if the phone was not locked. */
export async function restore(): Promise<void> {
  const id = await recall<string>('current')
  const known = id ? await author(id) : undefined
  if (known && !known.locked) await enter(known)
}

export async function signIn(username: string, password: string): Promise<void> {
  const online = () => ask<SessionOut>('POST', '/auth/login', { body: { username, password } })
  await admit(online, password, null, (known) => known.person.username.toLowerCase() === username.toLowerCase())
}

export async function signInByBadge(badge: string, pin: string): Promise<void> {
  const device_id = await deviceId()
  const online = () => ask<SessionOut>('POST', '/auth/badge', { body: { badge, pin, device_id } })
  await admit(online, pin, badge, (known) => known.badge === badge)
}

/** Ask the server; if it cannot be reached, let in who was here before and knows the secret. */
async function admit(
  online: () => Promise<SessionOut>,
  secret: string,
  badge: string | null,
  isMeant: (known: Author) => boolean,
): Promise<void> {
  try {
    await enter(await welcome(await online(), badge, await verifierFor(secret)))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    await enter(await admitOffline(secret, isMeant, error))
  }
  void sendNow()
}

async function admitOffline(secret: string, isMeant: (known: Author) => boolean, silence: Unreachable): Promise<Author> {
  const known = (await authors()).find(isMeant)
  if (!known?.verifier) throw silence
  if (!(await fits(known.verifier, secret))) {
    const verifier = { ...known.verifier, wrong: known.verifier.wrong + 1 }
    await amendAuthor(known.person.id, { verifier })
    throw new Problem(401, 'wrong_credentials', '')
  }
  await amendAuthor(known.person.id, { locked: false, lastSeen: Date.now(), verifier: { ...known.verifier, wrong: 0 } })
  return known
}

async function enter(known: Author): Promise<void> {
  // Kept before it is shown: who sees their name may reload the page at once. A phone that is full keeps nothing new, and
  // needs nothing new to go on with the same person.
  if ((await recall<string>('current')) !== known.person.id) await remember('current', known.person.id)
  person.value = known.person
  signInAgain.value = false
  const cached = await recall<MeOut>(`me:${known.person.id}`)
  if (cached) await settleIn(cached)
  const fresh = loadMe(known.person.id)
  if (!cached) await fresh.catch(ifSilent)
  else fresh.catch(() => undefined)
}

async function loadMe(id: string): Promise<void> {
  const me = await call<MeOut>('GET', '/me')
  if (person.value?.id === id) await settleIn(me)
  await remember(`me:${id}`, me)
}

async function settleIn(me: MeOut): Promise<void> {
  warehouses.value = me.warehouses
  permissions.value = me.permissions
  const before = warehouse.value || ((await recall<string>(`warehouse:${me.person.id}`)) ?? '')
  const stillThere = me.warehouses.some(({ code }) => code === before)
  warehouse.value = stillThere ? before : (me.warehouses[0]?.code ?? '')
}

export async function chooseWarehouse(code: string): Promise<void> {
  // Kept before it is shown, as above.
  if (person.value) await remember(`warehouse:${person.value.id}`, code)
  warehouse.value = code
}

/** How much of the current person's is still only on this phone, and on its way to the server. */
export async function mineWaiting(): Promise<{ events: number; photos: number }> {
  const isMine = ({ author: whose }: { author: string }) => whose === person.value?.id
  const photos = (await photoQueue()).filter(({ state }) => state === 'waiting' || state === 'early')
  return { events: (await waiting()).filter(isMine).length, photos: photos.filter(isMine).length }
}

/** Leave the phone to the next person. What waits stays, and goes out under its author's own token. */
export async function lock(): Promise<void> {
  const leaving = person.value
  bringNothing()
  person.value = null
  warehouse.value = ''
  warehouses.value = []
  permissions.value = {}
  await remember('current', undefined)
  await forgetSeen().catch(() => undefined)
  if (leaving) await amendAuthor(leaving.id, { locked: true })
}

/**
 * Sign out. With an event or a photo still waiting this only locks: a queue is never thrown away. `handOver`: for good all
 * the same, and what waits is for a supervisor to send.
 */
export async function signOut(handOver = false): Promise<void> {
  const leaving = person.value
  const waits = await mineWaiting()
  const known = leaving ? await author(leaving.id) : undefined
  await lock()
  if (leaving) await forgetInHand(leaving.id).catch(() => undefined)
  if (!leaving || !known || (!handOver && waits.events + waits.photos > 0)) return
  await forgetTokens(leaving.id)
  // The server forgets them when it hears of it; nobody stands and waits for that in a dead spot.
  void ask('POST', '/auth/logout', { body: { refresh_token: known.refresh }, token: known.access }).catch(() => undefined)
}

/** Ask the server as the person who is signed in. Raises `Problem`, `Unreachable`. */
export function call<T>(method: string, path: string, words: Omit<Ask, 'token'> = {}): Promise<T> {
  return asMe((token) => ask<T>(method, path, { ...words, token }))
}

/** Do something under the token of the person who is signed in; one that is over is renewed once. */
export async function asMe<T>(job: (token: string) => Promise<T>): Promise<T> {
  const id = person.value?.id
  const token = id ? await tokenOf(id) : null
  if (!id || !token) throw mustSignIn()
  try {
    return await job(token)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    const renewed = await tokenOf(id, token)
    if (!renewed) throw mustSignIn()
    return job(renewed)
  }
}

function mustSignIn(): Problem {
  signInAgain.value = person.value !== null
  return new Problem(401, 'not_signed_in', '')
}

function ifSilent(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error
}
