import 'fake-indexeddb/auto'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { forget, NotSaved, recall, remember } from '../src/outbox/db'
import type { Kept, Said } from '../src/outbox/kept'
import { alone, inTurn } from '../src/outbox/locks'
import { keep, lastDone, putAside, refusedOnes, sayAgain, settle, tidy, trailOf, waiting } from '../src/outbox/outbox'
import { flush, type Answer, type Carrier } from '../src/outbox/sync'

const entry = (quantity = '1.000'): Said => ({ type: 'count.entry', data: { task: 'T', location: 'A-01', sku: 'TEA', quantity } })
const accepted = (events: Kept[]): Answer => ({ kind: 'receipts', receipts: events.map(({ id }) => ({ id, result: 'accepted' })) })

/** A server that remembers what it was told. */
function server(answer: (events: Kept[], token: string) => Answer = accepted) {
  const heard: { token: string; ids: string[] }[] = []
  const carrier: Carrier = {
    token: (author) => Promise.resolve(`token of ${author}`),
    deliver: (token, events) => {
      heard.push({ token, ids: events.map(({ id }) => id) })
      return Promise.resolve(answer(events, token))
    },
  }
  return { carrier, heard }
}

beforeEach(async () => {
  vi.restoreAllMocks()
  await forget()
  globalThis.indexedDB = new IDBFactory()
})

describe('keeping', () => {
  test('gives each event an id and a place in the order of the device', async () => {
    const [first] = await keep('ann', 'phone', [entry()])
    const [second, third] = await keep('ann', 'phone', [entry(), entry()])
    expect([first.seq, second.seq, third.seq]).toEqual([1, 2, 3])
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    expect((await waiting()).map(({ id }) => id)).toEqual([first.id, second.id, third.id])
  })

  test('survives a restart', async () => {
    const [kept] = await keep('ann', 'phone', [entry('12.500')])
    await forget()
    expect(await waiting()).toEqual([kept])
    const [next] = await keep('ann', 'phone', [entry()])
    expect(next.seq).toBe(2)
  })

  test('opens a dead handle again, and keeps the event once', async () => {
    await keep('ann', 'phone', [entry()])
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw Object.assign(new Error('Connection to Indexed Database server lost'), { name: 'UnknownError' })
    })
    await keep('ann', 'phone', [entry()])
    expect(put.mock.calls.length).toBeGreaterThan(1)
    expect((await waiting()).map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('says loudly when the phone is full, and keeps nothing by half', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
    })
    await expect(keep('ann', 'phone', [entry(), entry()])).rejects.toThrow(NotSaved)
    vi.restoreAllMocks()
    expect(await waiting()).toEqual([])
    expect(await trailOf('T')).toEqual([])
  })

  test('a crash between two writes leaves neither', async () => {
    const real = IDBObjectStore.prototype.put
    let calls = 0
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...words) {
      calls++
      if (calls === 2) throw Object.assign(new Error('killed'), { name: 'DataError' })
      return real.apply(this, words as [unknown])
    })
    await expect(keep('ann', 'phone', [entry()])).rejects.toThrow(NotSaved)
    vi.restoreAllMocks()
    expect(await waiting()).toEqual([])
    const [kept] = await keep('ann', 'phone', [entry()])
    expect(kept.seq).toBe(1)
  })
})

describe('sending', () => {
  test('removes an event only for its receipt', async () => {
    const [first, second] = await keep('ann', 'phone', [entry(), entry()])
    const half = server((events) => ({ kind: 'receipts', receipts: [{ id: events[0].id, result: 'accepted' }] }))
    await flush(half.carrier)
    expect((await waiting()).map(({ id }) => id)).toEqual([second.id])
    expect((await lastDone()).map(({ id }) => id)).toEqual([first.id])
  })

  test('keeps the order of the device', async () => {
    const kept = [...(await keep('ann', 'phone', [entry(), entry()])), ...(await keep('ann', 'phone', [entry()]))]
    const { carrier, heard } = server()
    await flush(carrier)
    expect(heard.flatMap(({ ids }) => ids)).toEqual(kept.map(({ id }) => id))
    expect(await waiting()).toEqual([])
  })

  test('a lost answer changes nothing: the same ids go out again', async () => {
    const [kept] = await keep('ann', 'phone', [entry()])
    const lost = server(() => ({ kind: 'unreachable', error: 'unreachable' }))
    expect((await flush(lost.carrier)).state).toBe('unreachable')
    expect((await waiting())[0]).toMatchObject({ id: kept.id, tries: 1, error: 'unreachable' })
    const again = server((events) => ({ kind: 'receipts', receipts: events.map(({ id }) => ({ id, result: 'duplicate' })) }))
    expect((await flush(again.carrier)).state).toBe('empty')
    expect(again.heard[0].ids).toEqual([kept.id])
  })

  test('a crash after the answer, before it was noted, changes nothing', async () => {
    const [kept] = await keep('ann', 'phone', [entry()])
    const remove = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw Object.assign(new Error('killed'), { name: 'DataError' })
    })
    const { carrier } = server()
    await expect(flush(carrier)).rejects.toThrow(NotSaved)
    remove.mockRestore()
    expect((await waiting()).map(({ id }) => id)).toEqual([kept.id])
    await flush(carrier)
    expect(await waiting()).toEqual([])
  })

  test("sends each author's events under that author's own token", async () => {
    await keep('ann', 'phone', [entry()])
    await keep('bob', 'phone', [entry()])
    await keep('ann', 'phone', [entry()])
    const { carrier, heard } = server()
    await flush(carrier)
    expect(heard.map(({ token }) => token)).toEqual(['token of ann', 'token of bob', 'token of ann'])
  })

  test('who has to sign in again holds up nobody else, and loses nothing', async () => {
    const [hers] = await keep('ann', 'phone', [entry()])
    await keep('bob', 'phone', [entry()])
    const { carrier, heard } = server()
    const outcome = await flush({ ...carrier, token: (author) => Promise.resolve(author === 'ann' ? null : 'token of bob') })
    expect(outcome).toEqual({ state: 'frozen', frozen: ['ann'] })
    expect(heard).toHaveLength(1)
    expect((await waiting()).map(({ id }) => id)).toEqual([hers.id])
  })

  test('a spent token is renewed once', async () => {
    await keep('ann', 'phone', [entry()])
    const { carrier, heard } = server((events, token) => (token === 'fresh' ? accepted(events) : { kind: 'unauthorized' }))
    const token = vi.fn((_author: string, spent: string | null) => Promise.resolve(spent ? 'fresh' : 'stale'))
    expect((await flush({ ...carrier, token })).state).toBe('empty')
    expect(heard.map((one) => one.token)).toEqual(['stale', 'fresh'])
  })

  test('a silent server while renewing a token is no reason to sign in', async () => {
    await keep('ann', 'phone', [entry()])
    const { carrier } = server()
    const outcome = await flush({ ...carrier, token: () => Promise.reject(new Error('no network')) })
    expect(outcome).toEqual({ state: 'unreachable', frozen: [] })
    expect(await waiting()).toHaveLength(1)
  })

  test('one event that the server cannot read does not block the others', async () => {
    const kept = await keep('ann', 'phone', [entry(), entry(), entry(), entry(), entry()])
    const bad = kept[2].id
    const { carrier } = server((events) =>
      events.some(({ id }) => id === bad) ? { kind: 'not_understood', code: 'invalid_event', detail: '' } : accepted(events),
    )
    await flush(carrier)
    expect(await waiting()).toEqual([])
    expect((await refusedOnes()).map(({ id, code }) => [id, code])).toEqual([[bad, 'invalid_event']])
  })

  test('a server that asks for patience gets it', async () => {
    const [kept] = await keep('ann', 'phone', [entry()])
    const { carrier, heard } = server((events) => ({
      kind: 'receipts',
      receipts: events.map(({ id }) => ({ id, result: 'refused', code: 'entries_missing' })),
    }))
    expect((await flush(carrier)).state).toBe('unreachable')
    expect(heard).toHaveLength(1)
    expect((await waiting())[0]).toMatchObject({ id: kept.id, error: 'entries_missing' })
    expect(await refusedOnes()).toEqual([])
  })

  test('two senders send each event once', async () => {
    await keep('ann', 'phone', Array.from({ length: 40 }, () => entry()))
    const { carrier, heard } = server()
    await Promise.all([flush(carrier), flush(carrier)])
    expect(heard.flatMap(({ ids }) => ids)).toHaveLength(40)
    expect(await waiting()).toEqual([])
  })

  test('what comes in while sending goes out too', async () => {
    await keep('ann', 'phone', [entry()])
    const { carrier, heard } = server()
    const slow: Carrier = {
      ...carrier,
      deliver: async (token, events) => {
        if (heard.length === 0) await keep('ann', 'phone', [entry()])
        return carrier.deliver(token, events)
      },
    }
    await flush(slow)
    expect(heard).toHaveLength(2)
    expect(await waiting()).toEqual([])
  })
})

describe('refusals', () => {
  async function refused(code = 'task_closed') {
    const [kept] = await keep('ann', 'phone', [entry('7.000')])
    await settle([{ id: kept.id, result: 'refused', code, detail: 'Too late.' }])
    return kept
  }

  test('go to a list of their own, with the reason', async () => {
    const kept = await refused()
    expect(await waiting()).toEqual([])
    expect(await refusedOnes()).toMatchObject([{ id: kept.id, code: 'task_closed', detail: 'Too late.', data: kept.data }])
  })

  test('can be said again under the same id', async () => {
    const kept = await refused()
    await sayAgain(kept.id)
    expect(await refusedOnes()).toEqual([])
    expect(await waiting()).toEqual([kept])
    expect((await trailOf('T'))[0]).toMatchObject({ id: kept.id, result: null })
  })

  test('for want of a quiz are said again by themselves, at their old place, when it is passed', async () => {
    const [line, other, answer] = await keep('ann', 'phone', [entry('1.000'), entry('2.000'), { type: 'quiz.answer', data: { step: 'count', answers: [0] } }])
    await settle([{ id: line.id, result: 'refused', code: 'quiz_required' }, { id: other.id, result: 'refused', code: 'lot_required' }])
    await settle([{ id: answer.id, result: 'accepted', code: 'quiz_failed' }])
    expect(await waiting()).toEqual([])

    const [right] = await keep('ann', 'phone', [{ type: 'quiz.answer', data: { step: 'count', answers: [1] } }])
    await settle([{ id: right.id, result: 'accepted', code: null }])
    expect(await waiting()).toEqual([line])
    expect((await refusedOnes()).map(({ id }) => id)).toEqual([other.id])
  })

  test('put aside, stay in the trail', async () => {
    const kept = await refused()
    await putAside(kept.id)
    expect(await refusedOnes()).toEqual([])
    expect(await trailOf('T')).toMatchObject([{ id: kept.id, result: 'refused' }])
  })
})

test('tidying never touches what has no receipt', async () => {
  const [old] = await keep('ann', 'phone', [entry()])
  const [done] = await keep('ann', 'phone', [entry()])
  await settle([{ id: done.id, result: 'accepted' }])
  await tidy(Date.now() + 30 * 86_400_000)
  expect((await trailOf('T')).map(({ id }) => id)).toEqual([old.id])
  expect(await waiting()).toHaveLength(1)
})

describe('one at a time without Web Locks', () => {
  beforeEach(() => vi.stubGlobal('navigator', {}))

  test('the second is turned away', async () => {
    let turned: boolean | undefined
    await alone('x', async () => {
      turned = await alone('x', () => Promise.resolve())
    })
    expect(turned).toBe(false)
    expect(await alone('x', () => Promise.resolve())).toBe(true)
  })

  test('a tab that died holds nobody up for ever', async () => {
    await remember('lease:x', { holder: 'dead', until: Date.now() - 1 })
    expect(await alone('x', () => Promise.resolve())).toBe(true)
  })

  test('turns are waited for', async () => {
    const order: string[] = []
    const slow = inTurn('x', async () => {
      await new Promise((later) => setTimeout(later, 50))
      order.push('first')
    })
    await new Promise((later) => setTimeout(later, 5))
    await Promise.all([slow, inTurn('x', () => Promise.resolve(order.push('second')))])
    expect(order).toEqual(['first', 'second'])
  })
})

test('what is remembered is there after a restart', async () => {
  await remember('device', 'abc')
  await forget()
  expect(await recall('device')).toBe('abc')
  await remember('device', undefined)
  expect(await recall('device')).toBeUndefined()
})
