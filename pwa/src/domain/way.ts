/** The way through the bins: what is still to be picked or put away after what this phone has said, and where it is next. */

import { readQty } from './quantity'
import type { Statement } from './work'

export interface Bin {
  location: string
  zone?: string | null
  path_order?: number
  lot?: string
  expiry?: string
}

/** A line as the server told it. `quantity` is what was left then, and absent for who may not know. */
export interface WayLine {
  sku: string
  name: string
  unit: string
  lot: string
  quantity?: string
  bins?: Bin[]
}

/** What is left of a line. `left` is null where nobody told how much there is to do; `bins` without those found short. */
export interface Left<L extends WayLine = WayLine> {
  line: L
  left: number | null
  bins: Bin[]
}

/**
 * Lines with what is left of each. `said`: statements that the server had not heard when it told of the lines.
 *
 * Two lines of one item are filled in their order, those that name a lot with that lot only.
 */
export function leftOf<L extends WayLine>(lines: readonly L[], said: readonly Statement[]): Left<L>[] {
  const pools = new Map<string, number>()
  for (const { sku, lot, quantity, step } of said) {
    if (step !== 'short') pools.set(`${sku}\u0001${lot}`, (pools.get(`${sku}\u0001${lot}`) ?? 0) + quantity)
  }
  return lines.map((line) => {
    const asked = line.quantity === undefined ? null : readQty(line.quantity)
    const short = said.filter(({ step, sku }) => step === 'short' && sku === line.sku)
    const bins = (line.bins ?? []).filter((bin) => !short.some(({ location, lot }) => location === bin.location && (lot || '') === (bin.lot ?? '')))
    return { line, left: asked === null ? null : asked - take(pools, line, asked), bins }
  })
}

function take(pools: Map<string, number>, { sku, lot }: WayLine, asked: number): number {
  let taken = 0
  for (const [key, there] of Array.from(pools)) {
    const [whose, which] = key.split('\u0001')
    if (whose !== sku || (lot !== '' && which !== lot)) continue
    const part = Math.min(there, asked - taken)
    pools.set(key, there - part)
    taken += part
  }
  return taken
}

/** A place to go to, and what is to be done there. */
export interface Stop<L extends WayLine = WayLine> {
  location: string
  zone: string | null
  tasks: { line: L; left: number | null; lot: string; expiry: string | null }[]
}

/** Where to pick, in walking order: each line at its best bin. Lines of which nobody knows a bin are not there. */
export function stopsOf<L extends WayLine>(left: readonly Left<L>[]): Stop<L>[] {
  const stops = new Map<string, Stop<L> & { order: number }>()
  for (const one of left) {
    const best = one.bins[0]
    if (one.left === 0 || !best) continue
    const stop = stops.get(best.location) ?? { location: best.location, zone: best.zone ?? null, order: best.path_order ?? 0, tasks: [] }
    stop.tasks.push({ line: one.line, left: one.left, lot: best.lot ?? '', expiry: best.expiry ?? null })
    stops.set(best.location, stop)
  }
  return Array.from(stops.values()).sort((one, other) => one.order - other.order || one.location.localeCompare(other.location))
}

/** Lines that are wanted and have no bin left to go to. */
export function nowhere<L extends WayLine>(left: readonly Left<L>[]): Left<L>[] {
  return left.filter((one) => one.left !== 0 && one.bins.length === 0)
}
