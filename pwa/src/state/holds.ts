/** What may not be picked or taken out until somebody releases it. */

import { shallowRef } from 'vue'
import type { HoldOut } from '../api/documents'
import type { Page } from '../api/wire'
import { reading } from './reading'
import { call, warehouse } from './session'

const MOST = 500

export interface Held {
  sku: string
  lot: string
  location?: string | null
}

/** Does a hold cover these goods? A hold without lot or place is about every one. */
export function covers(hold: HoldOut, { sku, lot, location }: Held): boolean {
  return !hold.released_at && hold.sku === sku && ['', lot].includes(hold.lot) && (!hold.location || hold.location === location)
}

/** One screen's holds: `load()` all that hold now, of one item, or those that are over too. */
export function holding() {
  const holds = shallowRef<HoldOut[] | null>(null)
  const { now, read } = reading()

  async function load({ sku, released = false }: { sku?: string; released?: boolean } = {}): Promise<void> {
    const query = { warehouse: warehouse.value, sku, released: released || undefined, limit: MOST }
    const page = await read(`holds:${sku ?? ''}:${released}`, () => call<Page<HoldOut>>('GET', '/holds', { query }))
    holds.value = page?.items ?? null
  }

  return { holds, now, load }
}
