/**
 * Sends the outbox: one sender for all tabs, in the device's order, each author's events under that author's own token.
 *
 * Sending twice is harmless, losing is not an option: whatever happens to a delivery, an event stays until there is a receipt
 * with its id. A delivery refused as a whole is halved until the one event that causes it is found, so that a single bad
 * event never blocks the queue.
 */

import type { Receipt } from '../api/wire'
import { NotSaved } from './db'
import type { Kept } from './kept'
import { alone } from './locks'
import { noteFailure, settle, waiting } from './outbox'

const BATCH = 200

/** What came of a delivery. */
export type Answer =
  | { kind: 'receipts'; receipts: Receipt[] }
  | { kind: 'unauthorized' }
  | { kind: 'not_understood'; code: string; detail: string }
  | { kind: 'unreachable'; error: string }

/** What the sender needs from outside. `token` gives null when the author has to sign in again; it may raise. */
export interface Carrier {
  token: (author: string, spent: string | null) => Promise<string | null>
  deliver: (token: string, events: Kept[]) => Promise<Answer>
}

/** `frozen`: authors who have to sign in before their events can go. */
export interface Outcome {
  state: 'empty' | 'frozen' | 'unreachable' | 'busy'
  frozen: string[]
}

/** Send all that can be sent. `busy`: another tab is at it. */
export async function flush(carrier: Carrier): Promise<Outcome> {
  let outcome: Outcome = { state: 'busy', frozen: [] }
  await alone('outbox', async () => {
    outcome = await sendAll(carrier)
  })
  return outcome
}

async function sendAll(carrier: Carrier): Promise<Outcome> {
  const frozen = new Set<string>()
  const waits = new Set<string>()
  for (;;) {
    const sendable = (await waiting()).filter((event) => !frozen.has(event.author) && !waits.has(event.id))
    if (sendable.length === 0) return { state: restState(frozen, waits), frozen: Array.from(frozen) }
    const batch = firstRun(sendable)
    const answer = await sendAs(carrier, batch)
    if (answer.kind === 'unauthorized') frozen.add(batch[0].author)
    else if (answer.kind === 'unreachable') {
      await noteFailure(batch.map(({ id }) => id), answer.error)
      return { state: 'unreachable', frozen: Array.from(frozen) }
    } else if (answer.kind === 'receipts') {
      for (const id of unanswered(batch, answer.receipts)) waits.add(id)
    }
  }
}

function restState(frozen: Set<string>, waits: Set<string>): Outcome['state'] {
  if (frozen.size > 0) return 'frozen'
  return waits.size > 0 ? 'unreachable' : 'empty'
}

/** The longest start of the queue that one person said. */
function firstRun(events: Kept[]): Kept[] {
  const end = events.findIndex(({ author }) => author !== events[0].author)
  return events.slice(0, Math.min(end < 0 ? events.length : end, BATCH))
}

/** Deliver under the author's token, renewed once if the server no longer takes it. */
async function sendAs(carrier: Carrier, batch: Kept[]): Promise<Answer> {
  const { author } = batch[0]
  try {
    const token = await carrier.token(author, null)
    if (!token) return { kind: 'unauthorized' }
    const answer = await deliver(carrier, token, batch)
    if (answer.kind !== 'unauthorized') return answer
    const renewed = await carrier.token(author, token)
    return renewed ? await deliver(carrier, renewed, batch) : answer
  } catch (error) {
    if (error instanceof NotSaved) throw error
    return { kind: 'unreachable', error: error instanceof Error ? error.name : 'unreachable' }
  }
}

async function deliver(carrier: Carrier, token: string, batch: Kept[]): Promise<Answer> {
  const answer = await carrier.deliver(token, batch)
  if (answer.kind === 'receipts') {
    await settle(answer.receipts.filter(isFinal))
    for (const { id, code } of answer.receipts.filter((receipt) => !isFinal(receipt))) await noteFailure([id], code ?? 'busy')
    return answer
  }
  if (answer.kind !== 'not_understood') return answer
  if (batch.length === 1) {
    const receipts: Receipt[] = [{ id: batch[0].id, result: 'refused', code: answer.code, detail: answer.detail }]
    await settle(receipts)
    return { kind: 'receipts', receipts }
  }
  const middle = Math.ceil(batch.length / 2)
  const first = await deliver(carrier, token, batch.slice(0, middle))
  if (first.kind !== 'receipts') return first
  const second = await deliver(carrier, token, batch.slice(middle))
  if (second.kind !== 'receipts') return second
  return { kind: 'receipts', receipts: [...first.receipts, ...second.receipts] }
}

/** `busy` and `entries_missing` are no last word: the server asks for patience. */
function isFinal({ result, code }: Receipt): boolean {
  return result !== 'refused' || (code !== 'busy' && code !== 'entries_missing')
}

/** Events without a last word stay, and are not tried again in this round. */
function unanswered(batch: Kept[], receipts: Receipt[]): string[] {
  const answered = new Set(receipts.filter(isFinal).map(({ id }) => id))
  return batch.map(({ id }) => id).filter((id) => !answered.has(id))
}
