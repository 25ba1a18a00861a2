/** How well a code before the camera fits what the count asks for: only then it is taken by itself among several. */

import { joined, addsNothing, isRest } from '../domain/join'
import type { Fit } from '../domain/sightings'
import { namedHere, type Named } from './catalogue'
import { counting, places, step, task, upNext } from './counting'
import { mayJoin, place } from './shelf'

/** Changes whenever the count asks for something else. */
export function countQuestion(): string {
  const { item } = counting.value
  return [step.value, place.value, item?.sku ?? item?.code ?? '', item?.lot ?? ''].join('|')
}

export async function fitOfCount(text: string): Promise<{ fit: Fit; words?: string }> {
  const named = await namedHere(text, 'camera', task.value ?? undefined)
  return { fit: fits(named, text), words: named.kind === 'item' ? named.item.name : undefined }
}

function fits(named: Named, text: string): Fit {
  if (named.kind === 'location') return fitOfPlace(named.code)
  if (step.value === 'place') return 'other'
  if (named.kind === 'unknown' && isRest(named.label)) return fitOfRest(named, text)
  if (step.value === 'item') return fitOfItem(named)
  if (step.value !== 'lot' && step.value !== 'serial') return 'not-now'
  if (named.kind === 'unknown') return 'possible'
  const { item } = named
  return item.sku === counting.value.item?.sku && (step.value === 'lot' ? item.lot !== '' : item.serial !== null) ? 'wanted' : 'not-now'
}

/** The label of the bin in hand hangs there all the time. */
function fitOfPlace(code: string): Fit {
  if (step.value === 'place') return code === upNext.value ? 'wanted' : places.value.includes(code) ? 'possible' : 'other'
  return step.value === 'item' && code !== place.value ? 'other' : 'not-now'
}

function fitOfItem(named: Named): Fit {
  if (named.kind !== 'item') return 'other'
  const listed = task.value?.lines.some(({ location, sku }) => location === place.value && sku === named.item.sku)
  return listed ? 'wanted' : 'possible'
}

function fitOfRest(named: Extract<Named, { kind: 'unknown' }>, text: string): Fit {
  const { item } = counting.value
  return item && mayJoin() && !addsNothing(item, named.label) && joined(item, named.label, text) ? 'wanted' : 'not-now'
}
