/**
 * One picture of a shelf with many labels: what they name, by the bin label that is nearest, offered as entries.
 *
 * The server reads it, since two engines find more than the phone's one, and keeps it as evidence. Without a network the
 * phone reads it by itself, and the picture goes with the first entry.
 */

import type { SymbolOut } from '../api/pictures'
import { SHELF_SIDE } from '../domain/fit'
import type { Label } from '../domain/gs1'
import { addsNothing, isRest, joined } from '../domain/join'
import { GS } from '../domain/separator'
import { nearest, onOneLabel, type Spot } from '../domain/shelf'
import type { Sight } from '../domain/sightings'
import { labelKey } from '../domain/sweep'
import { t } from '../i18n'
import type { Taken } from '../outbox/kept'
import { readShelf } from '../scanner/camera'
import { NoDecoder } from '../scanner/decode'
import { answer } from '../scanner/feedback'
import { opened, pictureOf } from '../scanner/picture'
import { namedByServer, type Named } from './catalogue'
import { places, task } from './counting'
import { readByServer } from './photos'
import { person, warehouse } from './session'
import { place, wrong } from './shelf'
import { offer, rowOf, withItem, type Row } from './sweep'

interface Seen extends Spot {
  text: string
  named: Named
}

/** Read a picture, and offer what it shows. What cannot be used says why, and offers nothing. */
export async function takeShelfPhoto(file: Blob): Promise<void> {
  wrong.value = ''
  try {
    const taken = await pictureOf(file, SHELF_SIDE)
    const symbols = await readByServer(taken, person.value?.id ?? '', warehouse.value)
    const seen = symbols ? await bySymbols(symbols) : await bySights(await readHere(taken))
    const found = rowsOf(seen)
    if (found.length === 0) return refuse(seen.length > 0 ? t('shelf.noBin') : t('shelf.nothing'))
    offer(found, { taken, known: symbols !== null })
    answer('attention', t('shelf.found', { n: found.length }))
  } catch (error) {
    refuse(t(error instanceof NoDecoder ? 'camera.trouble.decoder' : 'photo.broken'))
  }
}

function refuse(words: string): void {
  wrong.value = words
  answer('wrong', words)
}

async function readHere({ bytes, kind }: Taken): Promise<Sight[]> {
  const drawable = await opened(new Blob([bytes], { type: kind }))
  return readShelf(drawable.image, drawable).finally(drawable.done)
}

async function bySymbols(symbols: SymbolOut[]): Promise<Seen[]> {
  const seen: Seen[] = []
  for (const { text, quad, gs1, identified } of symbols) {
    const raw = gs1 ? `]C1${Object.entries(gs1).map(([ai, value]) => ai + value).join(GS)}` : text
    const named = await namedByServer(raw, 'photo', identified, task.value ?? undefined)
    seen.push({ text: raw, named, corners: quad.map(([x, y]) => ({ x, y })) })
  }
  return seen
}

async function bySights(sights: Sight[]): Promise<Seen[]> {
  const seen: Seen[] = []
  for (const { text, corners } of sights) seen.push({ text, corners, named: await namedByServer(text, 'photo', undefined, task.value ?? undefined) })
  return seen
}

/** Bins first, then what belongs to them, then lots and dates to the items beside which they stand. */
function rowsOf(seen: Seen[]): Row[] {
  const bins = seen.filter(({ named }) => named.kind === 'location')
  const rest = seen.filter((one) => restOf(one) !== null)
  const found = new Map<string, Row>()
  for (const one of seen) {
    const at = placeOf(one, bins)
    const row = rowOf(`${at} ${labelKey(one.text, new Date().getFullYear())}`, one.text, one.named, at, 'photo', one.corners)
    if (at !== '' && row.item) found.set(row.key, row)
  }
  const rows = Array.from(found.values())
  for (const one of rest) joinRest(one, restOf(one) as Label, rows)
  return rows.sort((one, other) => rank(one) - rank(other))
}

function restOf({ named }: Seen): Label | null {
  return named.kind === 'unknown' && isRest(named.label) ? named.label : null
}

function placeOf(one: Seen, bins: Seen[]): string {
  const bin = nearest(one, bins)?.named
  return bin?.kind === 'location' ? bin.code : place.value
}

function joinRest(one: Seen, label: Label, rows: Row[]): void {
  const open = rows.filter((row) => row.item && onOneLabel(row, one) && !addsNothing(row.item, label) && joined(row.item, label, one.text))
  const row = nearest(one, open)
  if (row?.item) rows[rows.indexOf(row)] = withItem({ ...row, item: joined(row.item, label, one.text) })
}

/** In walking order; bins that nobody asked for come last. */
function rank({ place: at }: Row): number {
  const order = places.value.indexOf(at)
  return order < 0 ? places.value.length : order
}
