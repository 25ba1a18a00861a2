/** How well a code before the camera fits what the work in hand asks for: only then it is taken by itself among several. */

import type { Fit } from '../domain/sightings'
import { namedHere } from './catalogue'
import { isCarrier } from './containers'
import { taskWords } from './goods'
import { job, step } from './working'

/** Of several codes before the camera, the one that the open question is about. */
export async function fitOfWork(text: string): Promise<{ fit: Fit; words?: string }> {
  const named = await namedHere(text, 'camera', taskWords())
  const asksPlace = step.value === 'place' || step.value === 'to'
  if (named.kind === 'location') return { fit: asksPlace ? 'wanted' : 'not-now' }
  if (asksPlace) return { fit: 'not-now' }
  if (named.kind === 'item') {
    const listed = job.value?.lines.some(({ sku }) => sku === named.item.sku)
    return { fit: step.value === 'item' ? (listed ? 'wanted' : 'possible') : 'not-now', words: named.item.name }
  }
  if (step.value === 'item' && (await isCarrier(text))) return { fit: 'possible' }
  return { fit: step.value === 'lot' || step.value === 'serial' ? 'possible' : 'other' }
}
