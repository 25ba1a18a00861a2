/**
 * The only file that opens IndexedDB.
 *
 * Phones kill database connections in the background, and a killed handle fails for ever after. So each piece of work runs
 * in one transaction through `work()`, and if the handle was dead a fresh one is opened and the work done once more. The
 * work may therefore run twice and has to be written so that this changes nothing.
 */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type OpenDBCallbacks, type StoreNames } from 'idb'
import type { ItemOut, LocationOut } from '../api/catalogue'
import type { Kept, KeptPhoto, Told } from './kept'

export interface CodeRow {
  code: string
  sku: string
  pack: string
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Kept; indexes: { seq: number } }
  refused: { key: string; value: Told; indexes: { seq: number } }
  trail: { key: string; value: Told; indexes: { task: string; seq: number } }
  photos: { key: string; value: KeptPhoto }
  pixels: { key: string; value: ArrayBuffer }
  items: { key: string; value: ItemOut }
  codes: { key: string; value: CodeRow }
  places: { key: [string, string]; value: LocationOut }
  kv: { key: string; value: unknown }
}

export type Store = StoreNames<Schema>
export type Row<S extends Store> = Schema[S]['value']
export type Tx<S extends Store, M extends IDBTransactionMode> = IDBPTransaction<Schema, S[], M>

const NAME = 'tallyloop'
/** 1: events and catalogue. 2: photos, and their bytes as ArrayBuffers, since WebKit loses Blobs. */
const VERSION = 2
const DEAD = ['InvalidStateError', 'UnknownError', 'AbortError', 'TransactionInactiveError', 'NotFoundError']
let handle: Promise<IDBPDatabase<Schema>> | null = null

/** The phone could not keep it. Nobody may go on as if it had. */
export class NotSaved extends Error {
  constructor(readonly reason: string) {
    super(reason)
    this.name = 'NotSaved'
  }
}

/** Do something in one transaction; resolves when it is safely on the disk. Raises `NotSaved`. */
export async function work<S extends Store, M extends IDBTransactionMode, R>(
  stores: S[],
  mode: M,
  job: (tx: Tx<S, M>) => Promise<R>,
): Promise<R> {
  try {
    return await once(stores, mode, job)
  } catch (error) {
    if (!DEAD.includes(nameOf(error))) throw new NotSaved(nameOf(error))
  }
  await forget()
  try {
    return await once(stores, mode, job)
  } catch (error) {
    throw new NotSaved(nameOf(error))
  }
}

async function once<S extends Store, M extends IDBTransactionMode, R>(
  stores: S[],
  mode: M,
  job: (tx: Tx<S, M>) => Promise<R>,
): Promise<R> {
  const database = await (handle ??= open())
  const tx = database.transaction(stores, mode, promises(stores, mode) ? { durability: 'strict' } : undefined)
  // A failed request aborts the transaction, and that is told twice; the second telling must not go unheard.
  const done = tx.done.catch((error: unknown) => Promise.reject(tx.error ?? error))
  done.catch(() => undefined)
  try {
    const result = await job(tx)
    await done
    return result
  } catch (error) {
    abort(tx)
    throw error
  }
}

/** What somebody said has to survive a flat battery; everything else can be fetched again. */
function promises(stores: Store[], mode: IDBTransactionMode): boolean {
  return mode === 'readwrite' && stores.includes('outbox')
}

/** What was written before a failure would commit by itself, and half a statement is none. */
function abort(tx: { abort: () => void }): void {
  try {
    tx.abort()
  } catch {
    // It is over already.
  }
}

function open(): Promise<IDBPDatabase<Schema>> {
  const opening = openDB<Schema>(NAME, VERSION, words).catch((error: unknown) => {
    // A newer version of the app was here in another tab. It only ever adds stores, so this page may go on with its own.
    if (nameOf(error) === 'VersionError') return openDB<Schema>(NAME, undefined, words)
    throw error
  })
  opening.catch(() => (handle = null))
  return opening
}

const words: OpenDBCallbacks<Schema> = {
  upgrade(database, before) {
    if (before < 1) {
      database.createObjectStore('outbox', { keyPath: 'id' }).createIndex('seq', 'seq')
      database.createObjectStore('refused', { keyPath: 'id' }).createIndex('seq', 'seq')
      const trail = database.createObjectStore('trail', { keyPath: 'id' })
      trail.createIndex('task', 'data.task')
      trail.createIndex('seq', 'seq')
      database.createObjectStore('items', { keyPath: 'sku' })
      database.createObjectStore('codes', { keyPath: 'code' })
      database.createObjectStore('places', { keyPath: ['warehouse', 'code'] })
      database.createObjectStore('kv')
    }
    if (before < 2) {
      database.createObjectStore('photos', { keyPath: 'id' })
      database.createObjectStore('pixels')
    }
  },
  blocking: () => void forget(),
  terminated: () => void forget(),
}

/** Let go of the handle; the next work opens a new one. */
export async function forget(): Promise<void> {
  const old = handle
  handle = null
  try {
    ;(await old)?.close()
  } catch {
    // A dead handle cannot be closed either, and need not be.
  }
}

/** Is the handle alive? Asked when the app comes back to the front. */
export async function probe(): Promise<void> {
  await work(['outbox'], 'readonly', (tx) => tx.objectStore('outbox').count())
}

/** One remembered value. */
export function recall<T>(key: string): Promise<T | undefined> {
  return work(['kv'], 'readonly', async (tx) => (await tx.objectStore('kv').get(key)) as T | undefined)
}

/** Remember a value; `undefined` forgets it. */
export async function remember(key: string, value: unknown): Promise<void> {
  await work(['kv'], 'readwrite', async (tx) => {
    const kv = tx.objectStore('kv')
    if (value === undefined) await kv.delete(key)
    else await kv.put(value, key)
  })
}

/** Read a value and write its successor in one transaction, so that two tabs never overwrite each other. */
export function amend<T>(key: string, change: (before: T | undefined) => T): Promise<T> {
  return work(['kv'], 'readwrite', async (tx) => {
    const kv = tx.objectStore('kv')
    const after = change((await kv.get(key)) as T | undefined)
    await kv.put(after, key)
    return after
  })
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : 'UnknownError'
}
