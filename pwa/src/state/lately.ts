/** What I said lately outside of a task, and what became of it: from this phone's own trail, so it is told offline too. */

import { onMounted, shallowRef, watch } from 'vue'
import type { DocumentDetailOut } from '../api/documents'
import type { Told } from '../outbox/kept'
import { lastDone, putAside } from '../outbox/outbox'
import { call, person, warehouse } from './session'
import { changes, refreshQueue, refusedEvents, waitingEvents } from './queue'

const SHOWN = 5

/** `waiting`: only on this phone · `booked` · `asked`, `allowed`, `rejected`: it took somebody else's word · `refused` */
export type Fate = 'waiting' | 'booked' | 'asked' | 'allowed' | 'rejected' | 'cancelled' | 'refused' | 'undone'
export interface Lately extends Told {
  fate: Fate
}

const BY_STATE: Record<string, Fate> = { requested: 'asked', open: 'allowed', working: 'allowed', done: 'allowed', rejected: 'rejected', cancelled: 'cancelled' }

/** The newest of my statements whose type begins so, newest first. */
export function lately(prefix: string) {
  const said = shallowRef<Lately[]>([])
  const states = new Map<string, string>()

  async function load(): Promise<void> {
    const done = await lastDone().catch(() => [])
    const voided = new Set([...done, ...waitingEvents.value].filter(({ type }) => type === 'document.void').map(({ data }) => data.statement))
    const fresh: Told[] = waitingEvents.value.map((event) => ({ ...event, result: null, code: null, detail: null, answeredAt: null }))
    const mine = [...done, ...refusedEvents.value, ...fresh].filter(({ type, author, data }) => type.startsWith(prefix) && author === person.value?.id && data.warehouse === warehouse.value)
    const newest = mine.sort((one, other) => other.seq - one.seq).slice(0, SHOWN)
    said.value = newest.map((one) => ({ ...one, fate: fateOf(one, voided, states) }))
    await hear(newest.filter(({ code }) => code === 'waits_for_approval'))
  }

  /** What somebody said about those that wait for a word; without a network it stays as it was. */
  async function hear(asked: Told[]): Promise<void> {
    for (const { id } of asked) {
      const found = await call<DocumentDetailOut>('GET', `/documents/${id}`).catch(() => null)
      if (!found || states.get(id) === found.state) continue
      states.set(id, found.state)
      said.value = said.value.map((one) => (one.id === id && one.fate !== 'undone' ? { ...one, fate: BY_STATE[found.state] ?? 'asked' } : one))
    }
  }

  onMounted(load)
  watch([changes, waitingEvents], () => void load())
  return { said, load }
}

function fateOf({ id, result, code }: Told, voided: Set<string | undefined>, states: Map<string, string>): Fate {
  if (voided.has(id)) return 'undone'
  if (result === null) return 'waiting'
  if (result === 'refused') return 'refused'
  return code === 'waits_for_approval' ? (BY_STATE[states.get(id) ?? ''] ?? 'asked') : 'booked'
}

/** Somebody has read a refusal and says the thing anew, or leaves it. */
export async function leaveRefused(id: string): Promise<void> {
  await putAside(id)
  await refreshQueue()
}
