import 'fake-indexeddb/auto'
import { createHash } from 'node:crypto'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fitted, LARGEST, LONG_SIDE, magnified, shifted, WHOLE } from '../src/domain/fit'
import { sha256 } from '../src/domain/sha256'
import type { Said, Taken } from '../src/outbox/kept'

describe('a picture is kept', () => {
  test.each([
    [{ width: 4000, height: 3000 }, { width: 1600, height: 1200 }],
    [{ width: 3000, height: 4000 }, { width: 1200, height: 1600 }],
    [{ width: 800, height: 600 }, { width: 800, height: 600 }],
    [{ width: 10_000, height: 2 }, { width: 1600, height: 1 }],
    [{ width: 0, height: 0 }, { width: 1, height: 1 }],
  ])('of %o as %o', (size, kept) => expect(fitted(size, LONG_SIDE)).toEqual(kept))
})

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 300_001])('%i bytes have the fingerprint that everybody gives them', (length) => {
  const bytes = Uint8Array.from({ length }, (_, place) => (place * 131 + 7) % 256)
  expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
})

describe('looking closer', () => {
  const box = { width: 400, height: 300 }

  test('keeps the point under the finger', () => {
    const at = { x: 100, y: 50 }
    const close = magnified(WHOLE, 2, at, box)
    // Where the point was in the picture, it still is on the screen.
    expect([(at.x - close.x) / close.scale, (at.y - close.y) / close.scale]).toEqual([100, 50])
  })
  test('never shows less than the whole picture, nor more than its pixels are worth', () => {
    expect(magnified(WHOLE, 0.1, { x: 0, y: 0 }, box)).toEqual(WHOLE)
    expect(magnified(WHOLE, 100, { x: 0, y: 0 }, box).scale).toBe(LARGEST)
  })
  test('never loses the picture off the screen', () => {
    const close = magnified(WHOLE, 2, { x: 0, y: 0 }, box)
    expect(shifted(close, { x: 9999, y: -9999 }, box)).toEqual({ scale: 2, x: 200, y: -150 })
    expect(shifted(WHOLE, { x: 50, y: 50 }, box)).toEqual(WHOLE)
  })
  test('going back to the whole puts it in the middle', () => {
    const close = shifted(magnified(WHOLE, 4, { x: 90, y: -20 }, box), { x: 120, y: 80 }, box)
    expect(magnified(close, 0, { x: 5, y: 5 }, box)).toEqual(WHOLE)
  })
})

describe('an entry whose photo does not fit on the phone', () => {
  const said: Said = { type: 'case.report', data: { kind: 'damaged' } }
  const photo = { id: '0192f5a2-0000-7000-8000-000000000001', kind: 'image/jpeg', bytes: new ArrayBuffer(9), width: 1, height: 1, sha256: '', at: '' } as Taken

  beforeEach(() => {
    vi.resetModules()
    vi.restoreAllMocks()
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    vi.stubGlobal('navigator', { onLine: false, language: 'en' })
    vi.stubGlobal('BroadcastChannel', undefined)
    globalThis.indexedDB = new IDBFactory()
  })

  function full(): { room: () => void } {
    const real = IDBObjectStore.prototype.put
    let isFull = true
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...words) {
      if (isFull && words[0] instanceof ArrayBuffer) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
      return real.apply(this, words as [unknown])
    })
    return { room: () => (isFull = false) }
  }

  async function begun() {
    const queue = await import('../src/state/queue')
    let kept: string[] | null = null
    const saying = queue.sayWithPhotos('ann', said, [photo]).then((events) => (kept = events.map(({ data }) => JSON.stringify(data))))
    await vi.waitFor(() => expect(queue.withoutPhotos.value).not.toBeNull())
    return { queue, saying, kept: () => kept }
  }

  test('stands red until somebody says how to go on, and nothing counts as kept', async () => {
    full()
    const { queue, kept } = await begun()
    expect([queue.notSaved.value, kept()]).toEqual(['QuotaExceededError', null])
    const { waiting } = await import('../src/outbox/outbox')
    expect(await waiting()).toEqual([])
  })

  test('is kept without it if somebody says so', async () => {
    full()
    const { queue, saying, kept } = await begun()
    queue.withoutPhotos.value?.('without')
    await saying
    expect([kept(), queue.notSaved.value]).toEqual([['{"kind":"damaged"}'], null])
  })

  test('is kept with it if there is room by then', async () => {
    const phone = full()
    const { queue, saying, kept } = await begun()
    queue.withoutPhotos.value?.('again')
    await vi.waitFor(() => expect(queue.withoutPhotos.value).not.toBeNull())
    phone.room()
    queue.withoutPhotos.value?.('again')
    await saying
    expect(kept()).toEqual([`{"kind":"damaged","photos":["${photo.id}"]}`])
    expect(queue.onThisPhone.value).toBe(2)
  })

  test('that cannot be kept even without it stays red', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
    })
    const { remember } = await import('../src/outbox/db')
    await expect(remember('x', 1)).rejects.toThrow()
    const queue = await import('../src/state/queue')
    const saying = queue.sayWithPhotos('ann', said, [])
    await expect(saying).rejects.toThrow()
    expect([queue.notSaved.value, queue.withoutPhotos.value]).toEqual(['QuotaExceededError', null])
  })
})

describe('on the wire', () => {
  beforeEach(() => {
    vi.resetModules()
    vi.restoreAllMocks()
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
    vi.stubGlobal('navigator', { onLine: true, language: 'en' })
    vi.stubGlobal('BroadcastChannel', undefined)
    globalThis.indexedDB = new IDBFactory()
  })

  interface Heard {
    method: string
    path: string
    query: Record<string, string>
    token: string
    size: number
  }

  /** A server that takes every event, and answers for photos as told. */
  async function phone(photoAnswer: (nth: number, heard: Heard, total: number) => [number, unknown]) {
    const heard: Heard[] = []
    vi.stubGlobal('fetch', (address: string, request: RequestInit) => {
      const url = new URL(address, 'http://phone')
      const query = Object.fromEntries(url.searchParams)
      const { body, headers, method = 'GET' } = request
      const one = { method, path: url.pathname, query, token: (headers as Record<string, string>)?.Authorization ?? '', size: body instanceof ArrayBuffer ? body.byteLength : 0 }
      const events = typeof body === 'string' ? ((JSON.parse(body) as { events?: { id: string }[] }).events ?? []) : []
      if (url.pathname.endsWith('/sync')) return Promise.resolve(Response.json({ received_at: '', clock_offset_ms: 0, receipts: events.map(({ id }) => ({ id, result: 'accepted' })) }))
      if (!url.pathname.endsWith('/parts')) return Promise.resolve(Response.json({}))
      heard.push(one)
      const [status, words] = photoAnswer(heard.length, one, Number(query.total))
      return status === 0 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(Response.json(words, { status }))
    })
    const { welcome } = await import('../src/outbox/authors')
    const session = { access_token: 'of-ann', refresh_token: 'r', expires_in: 3600, person: { id: 'ann', username: 'ann', name: 'Ann', roles: [] } }
    await welcome(session, null, null)
    const queue = await import('../src/state/queue')
    const photos = await import('../src/state/photos')
    const bytes = Uint8Array.from({ length: 300_000 }, (_, place) => place % 251).buffer
    const taken: Taken = { id: '0192f5a2-0000-7000-8000-00000000000a', kind: 'image/jpeg', bytes, width: 1600, height: 1200, sha256: sha256(new Uint8Array(bytes)), at: new Date().toISOString() }
    const said: Said = { type: 'case.report', data: { warehouse: 'WH1', kind: 'damaged' } }
    return { queue, photos, heard, taken, keep: () => queue.sayWithPhotos('ann', said, [taken]) }
  }

  const stored = ({ id, sha256: name }: Taken): [number, unknown] => [201, { id, sha256: name, width: 1600, height: 1200, kind: 'image/jpeg', bytes: 300_000 }]

  test('a photo goes as agreed, after its event', async () => {
    const { queue, photos, heard, taken, keep } = await phone((_nth, { query, size }, total) =>
      Number(query.offset) + size < total ? [200, { received: Number(query.offset) + size }] : stored(taken),
    )
    await keep()
    expect(queue.onThisPhone.value).toBe(2)
    await queue.sendNow()
    await vi.waitFor(() => expect(queue.onThisPhone.value).toBe(0))
    const words = { total: '300000', sha256: taken.sha256, warehouse: 'WH1', decode: 'false' }
    const about = { method: 'PUT', path: `/api/v1/photos/${taken.id}/parts`, token: 'Bearer of-ann' }
    expect(heard).toEqual([
      { ...about, query: { offset: '0', ...words }, size: 262_144 },
      { ...about, query: { offset: '262144', ...words }, size: 300_000 - 262_144 },
    ])
    expect([photos.asideCount.value, queue.chipState.value]).toEqual([0, 'sent'])
  })

  test('what the server will not have asks for somebody', async () => {
    const { queue, photos, keep } = await phone(() => [422, { code: 'photo_broken', detail: 'Take it again.' }])
    await keep()
    await queue.sendNow()
    await vi.waitFor(() => expect(photos.asidePhotos.value).toMatchObject([{ aside: { code: 'photo_broken', detail: 'Take it again.' } }]))
    expect([queue.chipState.value, queue.onThisPhone.value]).toEqual(['needs', 0])
  })

  test.each([
    ['an answer that is cut', 0, undefined],
    ['a busy server', 429, { code: 'photos_waiting' }],
    ['a server that breaks', 500, { code: 'broken' }],
    ['a server that does not know the way', 404, { code: 'not_found' }],
  ])('%s costs patience, and no photo', async (_name, status, words) => {
    const { queue, photos, heard, keep } = await phone(() => [status, words])
    await keep()
    await queue.sendNow()
    await vi.waitFor(() => expect(photos.goingPhotos.value).toMatchObject([{ state: 'waiting', tries: 1 }]))
    expect(queue.waitingEvents.value).toEqual([])
    const tried = heard.length
    await queue.say('ann', { type: 'case.report', data: { kind: 'lost' } })
    await queue.sendNow(false)
    expect([heard.length, queue.waitingEvents.value]).toEqual([tried, []])
  })

  test('an author who has to sign in again is named', async () => {
    const { queue, photos, keep } = await phone(() => [401, { code: 'token_expired' }])
    await keep()
    await queue.sendNow()
    await vi.waitFor(() => expect(queue.frozenNames.value).toEqual(['Ann']))
    expect([queue.chipState.value, photos.goingPhotos.value.length]).toEqual(['needs', 1])
  })
})
