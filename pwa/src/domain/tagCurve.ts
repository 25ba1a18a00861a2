/** New tags in each ten seconds, without holes: what nobody read is a step of nothing. */

export interface Step {
  at: number
  fresh: number
}

const STEP_MS = 10_000

/** The last `most` steps up to now. `told`: steps in which there were any, as the server says them. */
export function stepsUntil(told: { at: string; new: number }[], now: number, most: number): Step[] {
  const known = new Map(told.map((one) => [floor(Date.parse(one.at)), one.new]))
  if (known.size === 0) return []
  const first = Math.min(...Array.from(known.keys()))
  const last = Math.max(floor(now), ...Array.from(known.keys()))
  const from = Math.max(first, last - (most - 1) * STEP_MS)
  return Array.from({ length: (last - from) / STEP_MS + 1 }, (_, n) => ({ at: from + n * STEP_MS, fresh: known.get(from + n * STEP_MS) ?? 0 }))
}

function floor(at: number): number {
  return at - (at % STEP_MS)
}
