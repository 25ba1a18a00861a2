/** The container in hand: what the goods that follow go onto or into, and what they are taken out of. Nobody has to have one. */

import { ref, shallowRef } from 'vue'
import type { EventData } from '../api/wire'
import { noteStands, type Carrier } from './containers'

/** Goods that follow go onto it. */
export const onto = ref<string | null>(null)
/** Goods that follow are taken out of it, as long as one stands at the bin where it stands. */
export const outOf = shallowRef<{ code: string; place: string } | null>(null)
/** In hand with all that is on it: the next bin is where it goes. */
export const whole = shallowRef<Carrier | null>(null)
/** The last one that was put somewhere as a whole. */
export const placed = shallowRef<{ code: string; from: string | null; to: string } | null>(null)
let of = ''

/** Other work begins with free hands; the same goes on as it was. */
export function carryFor(work: string): void {
  whole.value = placed.value = null
  if (of !== work) onto.value = outOf.value = null
  of = work
}

/** The words about it that go along with goods from `place`, if it matters where they were taken. */
export function carrierWords(place?: string | null): Partial<EventData> {
  return {
    ...(onto.value ? { container: onto.value } : {}),
    ...(outOf.value && outOf.value.place === place && outOf.value.code !== onto.value ? { out_of: outOf.value.code } : {}),
  }
}

/** Goods were put onto it, there. */
export function carried(place: string | null | undefined): void {
  if (onto.value && place) void noteStands(onto.value, place)
}
