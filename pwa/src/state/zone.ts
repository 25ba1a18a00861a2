/** The warehouse's own clock: deadlines are typed by it, wherever the phone is. */

import { computed } from 'vue'
import { instantIn, sameClock, typedIn } from '../domain/zone'
import { warehouse, warehouses } from './session'

const phones = () => new Intl.DateTimeFormat().resolvedOptions().timeZone
const zone = computed(() => warehouses.value.find(({ code }) => code === warehouse.value)?.timezone ?? phones())

/** The name of the warehouse's zone where this phone's clock shows another time; else null. */
export const otherZone = computed(() => (sameClock(zone.value, phones(), Date.now()) ? null : zone.value))

export function instantHere(typed: string): string {
  return instantIn(typed, zone.value)
}

export function typedHere(instant: string): string {
  return typedIn(instant, zone.value)
}
