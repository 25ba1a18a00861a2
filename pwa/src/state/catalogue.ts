/** What a scanned text names, answered on the phone; the server is asked only for what the phone does not know. */

import { codeKey, gtin14 } from '../domain/code'
import type { Chosen } from '../domain/count'
import { readLabel, type Label } from '../domain/gs1'
import { isRest } from '../domain/join'
import { readQty } from '../domain/quantity'
import type { CodeOut, IdentifyOut, ItemOut, LocationOut } from '../api/catalogue'
import type { LineOut } from '../api/counts'
import type { Page } from '../api/wire'
import { recall, remember, work, type CodeRow, type Row } from '../outbox/db'
import { call, warehouse } from './session'

const PAGE = 500
const PIECE = 250
const MOST_PAGES = 40
const FRESH_MS = 4 * 3_600_000

/** How a code came in. */
export type Method = Chosen['method']

/** An answer about one scan. */
export type Named =
  | { kind: 'location'; code: string }
  | { kind: 'item'; item: Chosen }
  | { kind: 'unknown'; text: string; label: Label }

/** What a task names by itself: its words go before the catalogue's. */
export interface Scope {
  locations: string[]
  lines: (Nameable & { codes: CodeOut[] })[]
}

/** What the text names: the task's own words first, then what this phone keeps, then the server. */
export async function identify(raw: string, method: Method, task?: Scope): Promise<Named> {
  const here = await namedHere(raw, method, task)
  if (here.kind !== 'unknown' || isRest(here.label)) return here
  return told(here, await askServer(raw), raw, method)
}

/** The same where the server has said already what the text names, as it does of a photo. */
export async function namedByServer(raw: string, method: Method, said: IdentifyOut | undefined, task?: Scope): Promise<Named> {
  const here = await namedHere(raw, method, task)
  return here.kind === 'unknown' && said ? told(here, foundIn(said), raw, method) : here
}

export function told(here: Extract<Named, { kind: 'unknown' }>, found: ReturnType<typeof foundIn>, raw: string, method: Method): Named {
  if (!found || found.kind === 'container') return here
  if (found.kind === 'location') return found
  // A bare lot or serial is no GS1 label: that it is one, only the server knows.
  const { lot, expiry, serial } = here.label
  const label = { ...here.label, lot: lot ?? found.lot ?? null, expiry: expiry ?? found.expiry ?? null, serial: serial ?? found.serial ?? null }
  return { kind: 'item', item: chosen(found.item, label, found.pack, raw, method) }
}

/** The same without the server: for codes that nobody has chosen yet. */
export async function namedHere(raw: string, method: Method, task?: Scope): Promise<Named> {
  const label = readLabel(raw, new Date().getFullYear())
  const place = await placeNamed(label, task)
  if (place) return { kind: 'location', code: place }
  const found = itemOfTask(label, task) ?? (await itemKnown(label))
  if (!found) return { kind: 'unknown', text: label.text, label }
  return { kind: 'item', item: chosen(found.item, label, found.pack, raw, method) }
}

/** The item of a line that was tapped rather than scanned. */
export function chosenLine(line: LineOut): Chosen {
  return { ...bare(line), lot: line.lot, expiry: line.expiry ?? null, pack: 1000, raw: null, method: 'keypad' }
}

/** A code that nobody knows, counted under its own text, to be bound to an item later. */
export function chosenUnknown(text: string, label: Label, raw: string, method: Chosen['method']): Chosen {
  const nameless = { sku: '', name: text, unit: '', lot_tracked: false, serial_tracked: false }
  return { ...chosen(nameless, label, 1000, raw, method), sku: null, code: text }
}

async function placeNamed(label: Label, task?: Scope): Promise<string | null> {
  const ways = [label.text, label.text.toUpperCase(), label.fields['254'] ?? '']
  const inTask = ways.find((way) => task?.locations.includes(way))
  if (inTask || gtin14(label.text) || lately.has(label.text)) return inTask ?? null
  return work(['places'], 'readonly', async (tx) => {
    for (const way of ways) {
      if (way && (await tx.objectStore('places').get([warehouse.value, way]))) return way
    }
    return null
  })
}

interface Found {
  kind: 'item'
  item: Nameable
  pack: number
  lot?: string | null
  expiry?: string | null
  serial?: string | null
}

type Nameable = Pick<ItemOut, 'sku' | 'name' | 'unit' | 'lot_tracked' | 'serial_tracked'>

/** Items that were just scanned: counting piece by piece asks for the same one again and again. */
const lately = new Map<string, Found>()
const LATELY = 50

function itemOfTask(label: Label, task?: Scope): Found | null {
  const key = label.gtin ?? codeKey(label.text)
  for (const line of task?.lines ?? []) {
    const code = line.codes.find((one) => codeKey(one.code) === key)
    if (code) return { kind: 'item', item: line, pack: readQty(code.pack_quantity) ?? 1000 }
    if (line.sku === label.text) return { kind: 'item', item: line, pack: 1000 }
  }
  return null
}

async function itemKnown(label: Label): Promise<Found | null> {
  const key = label.gtin ?? codeKey(label.text)
  const known = lately.get(key)
  if (known) return known
  const found = await work(['items', 'codes'], 'readonly', async (tx): Promise<Found | null> => {
    const row = await tx.objectStore('codes').get(key)
    const item = await tx.objectStore('items').get(row?.sku ?? label.text)
    return item ? { kind: 'item', item, pack: readQty(row?.pack ?? '1') ?? 1000 } : null
  })
  if (lately.size >= LATELY) lately.clear()
  if (found) lately.set(key, found)
  return found
}

export async function askServer(raw: string): Promise<ReturnType<typeof foundIn>> {
  try {
    return foundIn(await call<IdentifyOut>('GET', '/identify', { query: { warehouse: warehouse.value, code: raw } }))
  } catch {
    return null
  }
}

function foundIn(said: IdentifyOut): Found | { kind: 'location'; code: string } | { kind: 'container'; code: string; location: string | null } | null {
  if (said.kind === 'container' && said.container) return { kind: 'container', code: said.container, location: said.location ?? null }
  if (said.kind === 'location' && said.location) return { kind: 'location', code: said.location }
  if (!said.sku || !['item', 'lot', 'serial'].includes(said.kind)) return null
  const { sku, name, unit, lot_tracked = false, serial_tracked = false } = said
  const item = { sku, name: name ?? sku, unit: unit ?? '', lot_tracked, serial_tracked }
  return { kind: 'item', item, pack: readQty(said.pack_quantity ?? '1') ?? 1000, lot: said.lot, expiry: said.expiry, serial: said.serial }
}

function chosen(item: Nameable, label: Label, pack: number, raw: string, method: Chosen['method']): Chosen {
  const { lot, expiry, serial, quantity } = label
  return { ...bare(item), lot: lot ?? '', expiry, serial, labelQuantity: quantity, pack, raw, method }
}

function bare(item: Nameable): Omit<Chosen, 'lot' | 'expiry' | 'pack' | 'raw' | 'method'> {
  const { sku, name, unit, lot_tracked: lotTracked, serial_tracked: serialTracked } = item
  return { sku, code: null, name, unit, lotTracked, serialTracked, serial: null, labelQuantity: null }
}

let fetching: { code: string; job: Promise<void> } | null = null

/** Keep items, codes and locations on the phone, so that a count can go on without a network. Who asks meanwhile waits along. */
export function loadCatalogue(force = false): Promise<void> {
  const code = warehouse.value
  if (fetching?.code === code) return fetching.job
  const job = fetchCatalogue(force).finally(() => (fetching = fetching?.job === job ? null : fetching))
  fetching = { code, job }
  return job
}

async function fetchCatalogue(force: boolean): Promise<void> {
  const code = warehouse.value
  const mark = `catalogue:${code}`
  const last = (await recall<number>(mark)) ?? 0
  if (!code || (!force && Date.now() - last < FRESH_MS)) return
  const places = await everyPage<LocationOut>('/locations', { warehouse: code })
  const real = places.filter(({ virtual }) => !virtual).map((place) => ({ ...place, warehouse: code }))
  await replace('places', real, (place) => [place.warehouse, place.code])
  await keepItems(await everyPage<ItemOut>('/items', {}))
  lately.clear()
  await remember(mark, Date.now())
}

async function keepItems(items: ItemOut[]): Promise<void> {
  await replace('items', items, ({ sku }) => sku)
  const rows: CodeRow[] = []
  for (const item of items) rows.push(...codeRows(item))
  await replace('codes', rows, ({ code }) => code)
}

/** Piece by piece: a scan that comes meanwhile must not wait until thousands of rows are written. */
async function replace<S extends 'items' | 'codes' | 'places'>(store: S, rows: Row<S>[], keyOf: (row: Row<S>) => IDBValidKey): Promise<void> {
  for (let from = 0; from < rows.length; from += PIECE) {
    await work([store], 'readwrite', (tx) => Promise.all(rows.slice(from, from + PIECE).map((row) => tx.objectStore(store).put(row))))
  }
  const current = new Set(rows.map((row) => String(keyOf(row))))
  await work([store], 'readwrite', async (tx) => {
    const keys = await tx.objectStore(store).getAllKeys()
    await Promise.all(keys.filter((key) => isStale(key, current)).map((key) => tx.objectStore(store).delete(key)))
  })
}

/** Places of other warehouses are none of this list's business. */
function isStale(key: IDBValidKey, current: Set<string>): boolean {
  return !current.has(String(key)) && !(Array.isArray(key) && key[0] !== warehouse.value)
}

function codeRows(item: ItemOut): CodeRow[] {
  return (item.codes ?? []).map(({ code, pack_quantity }) => ({ code: codeKey(code), sku: item.sku, pack: pack_quantity }))
}

async function everyPage<T>(path: string, query: Record<string, string>): Promise<T[]> {
  const all: T[] = []
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const words: Page<T> = await call<Page<T>>('GET', path, { query: { ...query, limit: PAGE, cursor } })
    all.push(...words.items)
    cursor = words.next
    if (!cursor) break
  }
  return all
}

/** Locations this phone knows, in walking order. */
export async function knownPlaces(): Promise<LocationOut[]> {
  const all = await work(['places'], 'readonly', (tx) => tx.objectStore('places').getAll())
  const mine = all.filter((place) => place.warehouse === warehouse.value)
  return mine.sort((one, other) => (one.path_order ?? 0) - (other.path_order ?? 0) || one.code.localeCompare(other.code))
}

/** Items whose sku or name has the words in it, at most twenty. */
export async function findItems(words: string): Promise<ItemOut[]> {
  const wanted = words.trim().toLowerCase()
  if (wanted.length < 2) return []
  const all = await work(['items'], 'readonly', (tx) => tx.objectStore('items').getAll())
  const hits = all.filter(({ sku, name }) => `${sku} ${name}`.toLowerCase().includes(wanted))
  return hits.slice(0, 20)
}

/** Items this phone knows, by sku. */
export async function itemsBySku(skus: (string | null | undefined)[]): Promise<Map<string, ItemOut>> {
  const wanted = Array.from(new Set(skus.filter((sku): sku is string => Boolean(sku))))
  const found = await work(['items'], 'readonly', (tx) => Promise.all(wanted.map((sku) => tx.objectStore('items').get(sku))))
  return new Map(found.filter((item): item is ItemOut => item !== undefined).map((item) => [item.sku, item]))
}
