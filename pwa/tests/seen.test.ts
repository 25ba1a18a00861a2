import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test } from 'vitest'
import { forget, recall, remember } from '../src/outbox/db'
import { forgetSeen, keepSeen, recallSeen, tidySeen } from '../src/outbox/seen'

const DAY = 86_400_000

beforeEach(async () => {
  await forget()
  globalThis.indexedDB = new IDBFactory()
})

test('what was seen can be read again, with when that was', async () => {
  await keepSeen('ann:WH1:counts', [1, 2], 1000)
  expect(await recallSeen('ann:WH1:counts')).toEqual({ at: 1000, value: [1, 2] })
  expect(await recallSeen('bob:WH1:counts')).toBeUndefined()
})

test('what is old goes, and nothing else does', async () => {
  await remember('current', 'ann')
  await remember('stock:ann:WH1:{}', { at: 1, stock: [] })
  await keepSeen('old', 1, 10 * DAY)
  await keepSeen('new', 2, 12 * DAY)
  await tidySeen(14 * DAY)
  expect([await recall('stock:ann:WH1:{}'), await recallSeen('old'), (await recallSeen('new'))?.value, await recall('current')]).toEqual([undefined, undefined, 2, 'ann'])
})

test('all of it leaves with the person who saw it', async () => {
  await keepSeen('ann:WH1:stock', { qty: '40' })
  await forgetSeen()
  expect(await recallSeen('ann:WH1:stock')).toBeUndefined()
})
