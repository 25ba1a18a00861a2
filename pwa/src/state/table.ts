/** What lies on the table while goods are handled: what the last scan was, what is asked before it is kept, its picture. */

import { computed, ref, shallowRef } from 'vue'
import type { PackDoubt } from '../domain/pack'
import type { Taken } from '../outbox/kept'
import { answer } from '../scanner/feedback'
import type { Method, Named } from './catalogue'
import { attempt } from './said'
import { left, stops, working } from './working'

type Unknown = Extract<Named, { kind: 'unknown' }>

/** Why the last scan did not count, in words. */
export const wrong = ref('')
export const unknown = shallowRef<{ named: Unknown; raw: string; method: Method } | null>(null)
/** Packs or pieces? Asked before it is kept. */
export const doubt = shallowRef<PackDoubt | null>(null)
/** Damaged, and no photo: asked before it is kept. */
export const photoAsked = ref(false)
export const looking = ref(false)
/** The picture that goes with the next statement, and one that is taken and not in the hand yet. */
export const pictures = shallowRef<Taken[]>([])
export const preparing = ref(false)
const keeping = attempt()
export const { busy, no } = keeping
let underway: Promise<unknown> = Promise.resolve()
/** What was scanned while something was being kept waits for it. */
export const settled = () => underway

export function run(what: () => Promise<void>): Promise<boolean> {
  if (busy.value) return Promise.resolve(false)
  const done = keeping.run(what)
  underway = done
  return done
}

/** New work begins with a clean table. */
export function clearTable(): void {
  wrong.value = no.value = ''
  unknown.value = null
  doubt.value = null
  photoAsked.value = false
  pictures.value = []
}

/** The stop that the picker is at, or is sent to. */
export const here = computed(() => stops.value.find(({ location }) => location === working.value.place) ?? null)
export const upNext = computed(() => stops.value[0] ?? null)
/** What is wanted of the item in hand at this bin. */
export const wantedHere = computed(() => here.value?.tasks.find(({ line }) => line.sku === working.value.item?.sku) ?? null)
/** What waits at the dock of the item in hand. */
export const toPut = computed(() => left.value.find(({ line }) => line.sku === working.value.item?.sku && line.lot === working.value.item?.lot) ?? null)

export function refuse(words: string): void {
  wrong.value = words
  answer('wrong')
}
