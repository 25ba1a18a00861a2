import 'fake-indexeddb/auto'
import { createHash } from 'node:crypto'
import { openDB } from 'idb'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { forget, NotSaved } from '../src/outbox/db'
import type { Kept, KeptPhoto, Said, Taken } from '../src/outbox/kept'
import { keep, newId, putAside, refusedOnes, sayAgain, settle, waiting } from '../src/outbox/outbox'
import { flushPhotos, PART, type PartAnswer, type PhotoCarrier } from '../src/outbox/photoSync'
import { notePhoto, photoQueue, photoSeen, photoWhole, sendPhotoAgain, tidyPhotos } from '../src/outbox/photos'
import { flush, type Carrier } from '../src/outbox/sync'

const entry: Said = { type: 'count.entry', data: { task: 'T', warehouse: 'WH1', location: 'A-01', sku: 'TEA', quantity: '1.000' } }
const report: Said = { type: 'case.report', data: { warehouse: 'WH1', kind: 'damaged' } }
const hash = (bytes: ArrayBuffer) => createHash('sha256').update(Buffer.from(bytes)).digest('hex')

function taken(size = 700_000): Taken {
  const bytes = Uint8Array.from({ length: size }, (_, place) => (place * 7) % 251).buffer
  return { id: newId(), kind: 'image/jpeg', bytes, width: 1600, height: 1200, sha256: hash(bytes), at: new Date().toISOString() }
}

/** A photo whose event has its receipt. */
async function sendable(author = 'ann', size = 700_000): Promise<{ photo: Taken; event: Kept }> {
  const photo = taken(size)
  const [event] = await keep(author, 'phone', [entry], [photo])
  await settle([{ id: event.id, result: 'accepted' }])
  return { photo, event }
}

/** A server as it is agreed: takes parts in order, throws nothing away, checks what it got. */
function server() {
  const held = new Map<string, Buffer>()
  const stored = new Map<string, Buffer>()
  const heard: { token: string; id: string; offset: number; size: number }[] = []
  let fault: (nth: number) => PartAnswer | 'cut' | undefined = () => undefined
  const part: PhotoCarrier['part'] = (token, photo, offset, total, bytes) => {
    heard.push({ token, id: photo.id, offset, size: bytes.byteLength })
    const wrong = fault(heard.length)
    if (wrong && wrong !== 'cut') return Promise.resolve(wrong)
    const answer = take(photo, offset, total, bytes)
    return wrong ? Promise.reject(new Error('the answer was cut')) : Promise.resolve(answer)
  }
  function take({ id }: Pick<KeptPhoto, 'id'>, offset: number, total: number, bytes: ArrayBuffer): PartAnswer {
    const before = held.get(id) ?? Buffer.alloc(0)
    const now = offset === before.length ? Buffer.concat([before, Buffer.from(bytes)]) : before
    held.set(id, now)
    if (!stored.has(id) && now.length < total) return { kind: 'received', received: now.length }
    stored.set(id, now)
    return { kind: 'stored', photo: { id, sha256: createHash('sha256').update(now).digest('hex'), width: 1, height: 1, kind: 'image/jpeg', bytes: total } }
  }
  const carrier: PhotoCarrier = { token: (author) => Promise.resolve(`token of ${author}`), part }
  return { carrier, heard, stored, held, fail: (how: typeof fault) => (fault = how) }
}

beforeEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  await forget()
  globalThis.indexedDB = new IDBFactory()
})

describe('keeping a photo', () => {
  test('happens with its event, which names it', async () => {
    const photo = taken()
    const [event] = await keep('ann', 'phone', [entry], [photo])
    expect(event.data.photo).toBe(photo.id)
    expect((await waiting())[0].data.photo).toBe(photo.id)
    const whole = await photoWhole(photo.id)
    expect(whole?.photo).toMatchObject({ event: event.id, author: 'ann', device: 'phone', warehouse: 'WH1', size: 700_000, sha256: photo.sha256, sent: 0 })
    expect(hash(whole?.bytes as ArrayBuffer)).toBe(photo.sha256)
  })

  test('a report names several', async () => {
    const photos = [taken(), taken(), taken()]
    const [event] = await keep('ann', 'phone', [report], photos)
    expect(event.data).toEqual({ ...report.data, photos: photos.map(({ id }) => id) })
    expect(await photoQueue()).toHaveLength(3)
  })

  test('stands in the order in which it was said, though the clock was put back', async () => {
    const noon = Date.now()
    const kept: string[] = []
    for (const later of [0, 0, 0, -3_600_000, 0]) {
      vi.spyOn(Date, 'now').mockReturnValue(noon + later)
      const photo = taken(10)
      await keep('ann', 'phone', [entry], [photo])
      kept.push(photo.id)
    }
    expect((await photoQueue()).map(({ id }) => id)).toEqual(kept)
  })

  test('survives a restart', async () => {
    const photo = taken()
    await keep('ann', 'phone', [entry], [photo])
    await forget()
    expect((await photoQueue()).map(({ id, state }) => [id, state])).toEqual([[photo.id, 'early']])
    expect(hash((await photoWhole(photo.id))?.bytes as ArrayBuffer)).toBe(photo.sha256)
  })

  test.each([1, 2, 3, 4, 5])('a crash at write %i leaves neither the event nor the photo', async (nth) => {
    const real = IDBObjectStore.prototype.put
    let calls = 0
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...words) {
      calls++
      if (calls === nth) throw Object.assign(new Error('killed'), { name: 'DataError' })
      return real.apply(this, words as [unknown])
    })
    await expect(keep('ann', 'phone', [entry], [taken()])).rejects.toThrow(NotSaved)
    vi.restoreAllMocks()
    expect([await waiting(), await photoQueue()]).toEqual([[], []])
  })

  test('a full phone says so, and the entry can be kept without', async () => {
    const photo = taken()
    const real = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...words) {
      if (words[0] instanceof ArrayBuffer) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
      return real.apply(this, words as [unknown])
    })
    await expect(keep('ann', 'phone', [entry], [photo])).rejects.toMatchObject({ reason: 'QuotaExceededError' })
    expect(await waiting()).toEqual([])
    const [event] = await keep('ann', 'phone', [entry])
    expect(event.data.photo).toBeUndefined()
    expect(await photoQueue()).toEqual([])
  })

  test('a dead handle is opened again, and both are kept once', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw Object.assign(new Error('Connection to Indexed Database server lost'), { name: 'UnknownError' })
    })
    await keep('ann', 'phone', [entry], [taken()])
    expect([(await waiting()).length, (await photoQueue()).length]).toEqual([1, 1])
  })
})

describe('sending a photo', () => {
  test('waits for the receipt of its event', async () => {
    const photo = taken()
    const [event] = await keep('ann', 'phone', [entry], [photo])
    const { carrier, heard, stored } = server()
    expect(await flushPhotos(carrier)).toEqual({ state: 'empty', frozen: [] })
    expect(heard).toEqual([])
    await settle([{ id: event.id, result: 'accepted' }])
    await flushPhotos(carrier)
    expect(hash(stored.get(photo.id)?.buffer.slice(0, 700_000) as ArrayBuffer)).toBe(photo.sha256)
    expect(await photoQueue()).toEqual([])
    expect(await photoWhole(photo.id)).toBeUndefined()
  })

  test('goes in parts of 256 KB, under the own name of who took it', async () => {
    await sendable('ann')
    await sendable('bob', 10)
    const { carrier, heard } = server()
    await flushPhotos(carrier)
    expect(heard.map(({ token, offset, size }) => [token, offset, size])).toEqual([
      ['token of ann', 0, PART],
      ['token of ann', PART, PART],
      ['token of ann', 2 * PART, 700_000 - 2 * PART],
      ['token of bob', 0, 10],
    ])
  })

  test('goes on where the server says after an answer was cut', async () => {
    const { photo } = await sendable()
    const { carrier, heard, stored, fail } = server()
    fail((nth) => (nth === 2 ? 'cut' : undefined))
    expect((await flushPhotos(carrier)).state).toBe('unreachable')
    expect(await photoQueue()).toMatchObject([{ sent: PART, tries: 1, error: 'Error' }])
    await forget()
    fail(() => undefined)
    expect((await flushPhotos(carrier)).state).toBe('empty')
    // The server had the second part: the phone offers it once more, hears so, and goes on with the third.
    expect(heard.map(({ offset }) => offset)).toEqual([0, PART, PART, 2 * PART])
    expect(createHash('sha256').update(stored.get(photo.id) as Buffer).digest('hex')).toBe(photo.sha256)
  })

  test('begins again if the server has forgotten its parts', async () => {
    const { photo } = await sendable()
    const { carrier, heard, held, stored, fail } = server()
    fail((nth) => (nth === 3 ? 'cut' : undefined))
    await flushPhotos(carrier)
    held.clear()
    stored.clear()
    fail(() => undefined)
    await flushPhotos(carrier)
    expect(heard.slice(3).map(({ offset }) => offset)).toEqual([2 * PART, 0, PART, 2 * PART])
    expect(stored.has(photo.id)).toBe(true)
    expect(await photoQueue()).toEqual([])
  })

  test('a crash after the last part, before it was noted, sends nothing twice that counts', async () => {
    const { photo } = await sendable()
    const { carrier, stored } = server()
    const remove = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw Object.assign(new Error('killed'), { name: 'DataError' })
    })
    await expect(flushPhotos(carrier)).rejects.toThrow(NotSaved)
    remove.mockRestore()
    expect(await photoQueue()).toMatchObject([{ id: photo.id, state: 'waiting' }])
    await flushPhotos(carrier)
    expect([stored.size, await photoQueue()]).toEqual([1, []])
  })

  test('leaves only for the same bytes under the same id', async () => {
    const { photo } = await sendable()
    const { carrier } = server()
    const other: PhotoCarrier['part'] = () => Promise.resolve({ kind: 'stored', photo: { id: photo.id, sha256: 'f'.repeat(64), width: 1, height: 1, kind: 'image/jpeg', bytes: 700_000 } })
    await flushPhotos({ ...carrier, part: other })
    expect(await photoQueue()).toMatchObject([{ id: photo.id, state: 'aside', aside: { code: 'photo_differs' } }])
    expect(hash((await photoWhole(photo.id))?.bytes as ArrayBuffer)).toBe(photo.sha256)
  })

  test('a server that left the words beside the pixels out has the same picture', async () => {
    const { photo } = await sendable()
    const { carrier } = server()
    const shorter: PhotoCarrier['part'] = () => Promise.resolve({ kind: 'stored', photo: { id: photo.id, sha256: 'f'.repeat(64), width: 1, height: 1, kind: 'image/jpeg', bytes: 699_000 } })
    await flushPhotos({ ...carrier, part: shorter })
    expect(await photoQueue()).toEqual([])
  })

  test('one whose warehouse is not found holds up no other', async () => {
    const { photo } = await sendable('ann', 10)
    await sendable('ann', 10)
    const { carrier, stored, fail } = server()
    fail((nth) => (nth === 1 ? { kind: 'later', error: 'warehouse_unknown' } : undefined))
    expect((await flushPhotos(carrier)).state).toBe('unreachable')
    expect(stored.size).toBe(1)
    expect(await photoQueue()).toMatchObject([{ id: photo.id, state: 'waiting', tries: 1, error: 'warehouse_unknown' }])
  })

  test('a server that never gets further is not asked for ever', async () => {
    await sendable()
    const { carrier, heard, fail } = server()
    fail(() => ({ kind: 'received', received: 0 }))
    expect((await flushPhotos(carrier)).state).toBe('unreachable')
    expect(heard.length).toBeLessThan(20)
    expect(await photoQueue()).toMatchObject([{ state: 'waiting', error: 'no_progress' }])
  })

  test('who has to sign in again holds up nobody else', async () => {
    const { photo } = await sendable('ann', 10)
    await sendable('ann', 10)
    await sendable('bob', 10)
    const { carrier, heard } = server()
    const token = vi.fn((author: string) => Promise.resolve(author === 'ann' ? null : 'token of bob'))
    expect(await flushPhotos({ ...carrier, token })).toEqual({ state: 'frozen', frozen: ['ann'] })
    expect(heard.map((one) => one.token)).toEqual(['token of bob'])
    expect((await photoQueue()).map(({ id, author, tries }) => [id === photo.id || author === 'ann', tries])).toEqual([[true, 0], [true, 0]])
  })

  test('a spent token is renewed once; a second no freezes its author', async () => {
    await sendable('ann', 10)
    const renewed = vi.fn((_author: string, spent: string | null) => Promise.resolve(spent ? 'fresh' : 'stale'))
    const { carrier, heard } = server()
    const strict = (accepts: string): PhotoCarrier => ({
      token: renewed,
      part: (token, ...what) => (token === accepts ? carrier.part(token, ...what) : Promise.resolve({ kind: 'unauthorized' })),
    })
    expect(await flushPhotos(strict('nothing'))).toEqual({ state: 'frozen', frozen: ['ann'] })
    expect((await flushPhotos(strict('fresh'))).state).toBe('empty')
    expect(heard).toHaveLength(1)
  })

  test('a silent server while renewing a token is no reason to sign in', async () => {
    await sendable()
    const { carrier } = server()
    expect(await flushPhotos({ ...carrier, token: () => Promise.reject(new Error('no network')) })).toEqual({ state: 'unreachable', frozen: [] })
    expect(await photoQueue()).toHaveLength(1)
  })

  test.each([true, false])('two tabs send each photo once (Web Locks: %s)', async (locks) => {
    if (!locks) vi.stubGlobal('navigator', {})
    await Promise.all([sendable('ann', 10), sendable('ann', 10), sendable('ann', 10)])
    const { carrier, heard } = server()
    const outcomes = await Promise.all([flushPhotos(carrier), flushPhotos(carrier)])
    expect(outcomes.map(({ state }) => state).sort()).toEqual(['busy', 'empty'])
    expect(new Set(heard.map(({ id }) => id)).size).toBe(3)
    expect(heard).toHaveLength(3)
  })

  test('never holds up an event', async () => {
    await sendable()
    const { carrier } = server()
    let letThrough = () => undefined as void
    const stuck = new Promise<void>((resolve) => (letThrough = resolve))
    const slow = flushPhotos({ ...carrier, part: (...what) => stuck.then(() => carrier.part(...what)) })
    await keep('ann', 'phone', [entry])
    const events: Carrier = {
      token: () => Promise.resolve('t'),
      deliver: (_token, all) => Promise.resolve({ kind: 'receipts', receipts: all.map(({ id }) => ({ id, result: 'accepted' })) }),
    }
    expect((await flush(events)).state).toBe('empty')
    expect(await photoQueue()).toHaveLength(1)
    letThrough()
    await slow
    expect(await photoQueue()).toEqual([])
  })
})

describe('a photo that the server will not have', () => {
  const no = (code: string): PartAnswer => ({ kind: 'refused', code, detail: 'No.' })

  test('is set aside with the reason, and the next one goes', async () => {
    const { photo } = await sendable('ann', 10)
    await sendable('ann', 10)
    const { carrier, stored, fail } = server()
    fail((nth) => (nth === 1 ? no('photo_broken') : undefined))
    expect((await flushPhotos(carrier)).state).toBe('empty')
    expect(stored.size).toBe(1)
    expect(await photoQueue()).toMatchObject([{ id: photo.id, state: 'aside', aside: { code: 'photo_broken', detail: 'No.', seen: false } }])
  })

  test('can be sent again', async () => {
    const { photo } = await sendable()
    const { carrier, stored, fail } = server()
    fail(() => no('photo_too_large'))
    await flushPhotos(carrier)
    fail(() => undefined)
    await flushPhotos(carrier)
    expect(stored.size).toBe(0)
    await sendPhotoAgain(photo.id)
    await flushPhotos(carrier)
    expect([stored.size, await photoQueue()]).toEqual([1, []])
  })

  test('stays some days after somebody has read why, and is not offered again', async () => {
    const { photo } = await sendable()
    const { carrier, fail } = server()
    fail(() => no('photo_broken'))
    await flushPhotos(carrier)
    await tidyPhotos(Date.now() + 30 * 86_400_000)
    expect(await photoQueue()).toHaveLength(1)
    await photoSeen(photo.id)
    expect(await photoQueue()).toMatchObject([{ state: 'seen' }])
    await tidyPhotos(Date.now() + 2 * 86_400_000)
    expect(await photoQueue()).toHaveLength(1)
    await tidyPhotos(Date.now() + 4 * 86_400_000)
    expect(await photoQueue()).toEqual([])
  })

  test('damaged on the way it begins again, three times', async () => {
    await sendable()
    const { carrier, fail } = server()
    fail((nth) => (nth % 3 === 0 ? no('photo_damaged') : { kind: 'received', received: PART * (nth % 3) }))
    await flushPhotos(carrier)
    expect(await photoQueue()).toMatchObject([{ state: 'waiting', sent: 0, tries: 1 }])
    await flushPhotos(carrier)
    await flushPhotos(carrier)
    expect(await photoQueue()).toMatchObject([{ state: 'aside', aside: { code: 'photo_damaged' } }])
  })
})

describe('a photo of a refused event', () => {
  async function refused() {
    const photo = taken()
    const [event] = await keep('ann', 'phone', [entry], [photo])
    await settle([{ id: event.id, result: 'refused', code: 'task_closed' }])
    return { photo, event }
  }

  test('waits with it', async () => {
    await refused()
    const { carrier, heard } = server()
    await flushPhotos(carrier)
    expect(heard).toEqual([])
    expect(await photoQueue()).toMatchObject([{ state: 'refused' }])
    expect(await refusedOnes()).toHaveLength(1)
  })

  test('goes after it when it is said again and taken', async () => {
    const { photo, event } = await refused()
    await sayAgain(event.id)
    expect(await photoQueue()).toMatchObject([{ state: 'early' }])
    expect((await waiting())[0].data.photo).toBe(photo.id)
    await settle([{ id: event.id, result: 'accepted' }])
    const { carrier, stored } = server()
    await flushPhotos(carrier)
    expect(stored.has(photo.id)).toBe(true)
  })

  test('is evidence all the same when somebody leaves it at that', async () => {
    const { photo, event } = await refused()
    await putAside(event.id)
    const { carrier, stored } = server()
    await flushPhotos(carrier)
    expect([stored.has(photo.id), await photoQueue()]).toEqual([true, []])
  })
})

describe('the database of the version before', () => {
  /** As the first version made and filled it. */
  async function before(count: number): Promise<void> {
    const old = await openDB('tallyloop', 1, {
      upgrade(database) {
        database.createObjectStore('outbox', { keyPath: 'id' }).createIndex('seq', 'seq')
        database.createObjectStore('refused', { keyPath: 'id' }).createIndex('seq', 'seq')
        const trail = database.createObjectStore('trail', { keyPath: 'id' })
        trail.createIndex('task', 'data.task')
        trail.createIndex('seq', 'seq')
        database.createObjectStore('items', { keyPath: 'sku' })
        database.createObjectStore('codes', { keyPath: 'code' })
        database.createObjectStore('places', { keyPath: ['warehouse', 'code'] })
        database.createObjectStore('kv')
      },
    })
    for (let seq = 1; seq <= count; seq++) {
      const event = { ...entry, id: `e${String(seq).padStart(4, '0')}`, seq, at: '2026-11-22T02:15:19.000Z', author: 'ann', device: 'phone', tries: 0, error: null }
      await old.put(seq % 10 ? 'outbox' : 'refused', event)
      await old.put('trail', { ...event, result: null })
    }
    await old.put('kv', count, 'seq')
    old.close()
  }

  test('loses nothing when it is made larger, and takes photos from then on', async () => {
    await before(200)
    expect((await waiting()).map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, place) => place + 1).filter((seq) => seq % 10))
    expect(await refusedOnes()).toHaveLength(20)
    const [next] = await keep('ann', 'phone', [entry], [taken()])
    expect(next.seq).toBe(201)
    expect(await photoQueue()).toHaveLength(1)
  })

  test('a page of a version to come in another tab takes nothing from this one', async () => {
    await keep('ann', 'phone', [entry], [taken()])
    await forget()
    const newer = await openDB('tallyloop', 9, { upgrade: (database) => void database.createObjectStore('something') })
    newer.close()
    await keep('ann', 'phone', [entry])
    expect([(await waiting()).length, (await photoQueue()).length]).toEqual([2, 1])
  })
})

test('a note about a photo that has left brings nothing back', async () => {
  await notePhoto('gone', { sent: 1 })
  expect(await photoQueue()).toEqual([])
})
