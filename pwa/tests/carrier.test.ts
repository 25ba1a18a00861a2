/** The container in hand: it survives a page that ends in mid-work, and nobody else's work inherits it. */

import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'

const ANN = { id: 'ann', username: 'ann', name: 'Ann' }
const TOTE = 'TOTE-1'

/** The page as it is after it was loaded anew: nothing in memory, the same phone. */
async function loaded(who = ANN) {
  vi.resetModules()
  const [carrier, session, db, inHand] = await Promise.all([import('../src/state/carrier'), import('../src/state/session'), import('../src/outbox/db'), import('../src/outbox/inHand')])
  session.warehouse.value = 'WH1'
  session.person.value = who as unknown as typeof session.person.value
  return { ...carrier, ...session, ...inHand, recall: db.recall, remember: db.remember }
}

type Page = Awaited<ReturnType<typeof loaded>>

const inHand = ({ onto, outOf, whole, still }: Page) => ({ onto: onto.value, outOf: outOf.value?.code ?? null, whole: whole.value?.code ?? null, still: still.value })
const FREE = { onto: null, outOf: null, whole: null, still: false }

/** Everything that was to be written is written: IndexedDB does it in order. */
const written = (page: Page) => page.recall('anything')

async function holding(): Promise<Page> {
  const page = await loaded()
  await page.carryFor('pick-1')
  page.onto.value = TOTE
  page.outOf.value = { code: 'PAL-1', place: 'A-01' }
  expect(inHand(page)).toEqual({ onto: TOTE, outOf: 'PAL-1', whole: null, still: false })
  await written(page)
  return page
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

test('is still in hand on a page that was loaded anew, and says so until it is used', async () => {
  await holding()
  const page = await loaded()
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual({ onto: TOTE, outOf: 'PAL-1', whole: null, still: true })
  expect(page.carrierWords('A-01')).toEqual({ container: TOTE, out_of: 'PAL-1' })
  page.carried('STAGE')
  expect(page.still.value).toBe(false)
})

test.each([
  [{ container: TOTE, out_of: 'PAL-1' }, { container: 'PAL-1', out_of: TOTE }],
  [{ out_of: 'PAL-1' }, { container: 'PAL-1' }],
  [{ container: TOTE }, { out_of: TOTE }],
  [{}, {}],
])('goods that were moved with %j go back with %j', async (there, back) => expect((await loaded()).backWords(there)).toEqual(back))

test('with all that is on it is still in hand too', async () => {
  const before = await loaded()
  await before.carryFor('putaway-1')
  before.whole.value = { kind: 'container', code: 'PAL-1', location: 'DOCK' }
  await written(before)
  const page = await loaded()
  await page.carryFor('putaway-1')
  expect(page.whole.value).toEqual({ kind: 'container', code: 'PAL-1', location: 'DOCK' })
})

test('another one replaces it, and one that was put down is down', async () => {
  const before = await holding()
  before.onto.value = 'TOTE-2'
  before.outOf.value = null
  await written(before)
  let page = await loaded()
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual({ onto: 'TOTE-2', outOf: null, whole: null, still: true })
  page.onto.value = null
  await written(page)
  page = await loaded()
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual(FREE)
})

test.each([
  ['what was handed in', 'pick-1', async (page: Page) => page.putDown()],
  ['whoever took up other work', 'pick-2', async () => undefined],
  ['whoever works in another warehouse', 'pick-1', async (page: Page) => void (page.warehouse.value = 'WH2')],
])('%s finds free hands, now and later', async (_, work, happens) => {
  const before = await holding()
  await happens(before)
  await before.carryFor(work)
  expect(inHand(before)).toEqual(FREE)
  await written(before)
  const page = await loaded()
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual(FREE)
})

test('signing out puts it down, locking the phone does not', async () => {
  const before = await holding()
  await before.lock()
  expect(inHand(before)).toEqual(FREE)
  let page = await loaded()
  await page.carryFor('pick-1')
  expect(page.onto.value).toBe(TOTE)
  await page.signOut()
  expect(inHand(page)).toEqual(FREE)
  page = await loaded()
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual(FREE)
})

test('is not the next person’s', async () => {
  const before = await holding()
  await before.lock()
  const page = await loaded({ id: 'bob', username: 'bob', name: 'Bob' })
  await page.carryFor('pick-1')
  expect(inHand(page)).toEqual(FREE)
})

test('a token that is renewed in mid-work takes nothing out of anybody’s hands', async () => {
  const page = await holding()
  page.person.value = { ...ANN } as unknown as typeof page.person.value
  expect(page.onto.value).toBe(TOTE)
})

test('what was in hand yesterday is not any more', async () => {
  const page = await loaded()
  const held = { work: 'WH1:pick-1', onto: TOTE, outOf: null, whole: null }
  await page.keepInHand('ann', held, 1_000)
  expect(await page.recallInHand('ann', 'WH1:pick-1', 1_000 + 11 * 3_600_000)).not.toBeNull()
  expect(await page.recallInHand('ann', 'WH1:pick-1', 1_000 + 12 * 3_600_000)).toBeNull()
})

test('what is scanned while the phone still looks is what is in hand', async () => {
  await holding()
  const page = await loaded()
  const looking = page.carryFor('pick-1')
  page.onto.value = 'TOTE-2'
  await looking
  expect(inHand(page)).toEqual({ onto: 'TOTE-2', outOf: null, whole: null, still: false })
})
