/** A date and time as somebody typed it, in the time zone of the place that it is about, wherever the phone is. */

/** `2026-11-26T18:00` in `Asia/Shanghai` → `2026-11-26T10:00:00.000Z`. Of an hour that a clock skips, the one after. */
export function instantIn(typed: string, zone: string): string {
  const wall = Date.parse(`${typed}Z`)
  const first = wall - offsetAt(wall, zone)
  return new Date(wall - offsetAt(first, zone)).toISOString()
}

/** The same the other way, as a field for date and time takes it: `2026-11-26T10:00:00Z` in `Asia/Shanghai` → `2026-11-26T18:00`. */
export function typedIn(instant: string, zone: string): string {
  const at = Date.parse(instant)
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16)
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const numbers: Record<string, number> = {}
  for (const { type, value } of wordsOf(zone).formatToParts(instant)) numbers[type] = Number(value)
  const { year, month, day, hour, minute, second } = numbers
  return Date.UTC(year, month - 1, day, hour % 24, minute, second) - Math.floor(instant / 1000) * 1000
}

function wordsOf(zone: string): Intl.DateTimeFormat {
  const two = '2-digit' as const
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two, second: two })
}

/** Do both clocks show the same at that instant? */
export function sameClock(zone: string, other: string, instant: number): boolean {
  return offsetAt(instant, zone) === offsetAt(instant, other)
}
