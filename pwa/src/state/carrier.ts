/** The container in hand: what the goods that follow go onto or into, and what they are taken out of. Nobody has to have one. */

import { ref, shallowRef, watch } from 'vue'
import type { EventData } from '../api/wire'
import { keepInHand, recallInHand } from '../outbox/inHand'
import { noteStands, type Carrier } from './containers'
import { person, warehouse } from './session'

/** Goods that follow go onto it. */
export const onto = ref<string | null>(null)
/** Goods that follow are taken out of it, as long as one stands at the bin where it stands. */
export const outOf = shallowRef<{ code: string; place: string } | null>(null)
/** In hand with all that is on it: the next bin is where it goes. */
export const whole = shallowRef<Carrier | null>(null)
/** The last one that was put somewhere as a whole. */
export const placed = shallowRef<{ code: string; from: string | null; to: string } | null>(null)
/** It was in hand when somebody came back to the work: nobody has taken it up or used it since. */
export const still = ref(false)
/** Whose hands, and for which work. */
let of: { person: string; work: string } | null = null

// Written down at every change, so that a page that ends in mid-work loses none of it. A phone that cannot keep it goes on.
watch([onto, outOf, whole], note, { flush: 'sync' })
// Whoever comes next finds free hands.
watch(() => person.value?.id, letGo, { flush: 'sync' })

function note(): void {
  still.value = false
  if (of) void keepInHand(of.person, { work: of.work, onto: onto.value, outOf: outOf.value, whole: whole.value }).catch(() => undefined)
}

function letGo(): void {
  of = null
  putDown()
}

/** Nothing is in hand any more. */
export function putDown(): void {
  onto.value = outOf.value = whole.value = null
}

/** Other work begins with free hands; the same goes on as it was, also on a page that was loaded anew. */
export async function carryFor(work: string): Promise<void> {
  const now = { person: person.value?.id ?? '', work: `${warehouse.value}:${work}` }
  placed.value = null
  if (of?.person === now.person && of.work === now.work) {
    whole.value = null
    still.value = Boolean(onto.value || outOf.value)
    return
  }
  letGo()
  of = now
  const kept = await recallInHand(now.person, now.work).catch(() => null)
  if (!kept || of !== now || onto.value || outOf.value || whole.value) return
  onto.value = kept.onto
  outOf.value = kept.outOf
  whole.value = kept.whole
  still.value = true
}

/** The words about it that go along with goods from `place`, if it matters where they were taken. */
export function carrierWords(place?: string | null): Partial<EventData> {
  return {
    ...(onto.value ? { container: onto.value } : {}),
    ...(outOf.value && outOf.value.place === place && outOf.value.code !== onto.value ? { out_of: outOf.value.code } : {}),
  }
}

/** The same words for goods that go back where they came from: out of what they were put onto, onto what they were taken out of. */
export function backWords({ container, out_of: taken }: Partial<EventData>): Partial<EventData> {
  return { ...(taken ? { container: taken } : {}), ...(container ? { out_of: container } : {}) }
}

/** Goods were put onto it, there. */
export function carried(place: string | null | undefined): void {
  still.value = false
  if (onto.value && place) void noteStands(onto.value, place)
}
