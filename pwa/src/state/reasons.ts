/** Reasons, causes and stages: the words with which differences are explained. */

import { shallowRef } from 'vue'
import type { ReasonsOut } from '../api/variances'
import { recall, remember } from '../outbox/db'
import { call } from './session'

export const reasons = shallowRef<ReasonsOut>({ items: [], next: null, stages: [], loss_types: [] })

export async function loadReasons(): Promise<void> {
  reasons.value = (await recall<ReasonsOut>('reasons')) ?? reasons.value
  const fresh = await call<ReasonsOut>('GET', '/reasons', { query: { limit: 500 } })
  reasons.value = fresh
  await remember('reasons', fresh)
}
