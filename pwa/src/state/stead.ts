/**
 * Sending for somebody who does not come back to this phone: under a supervisor's own token, and saying so.
 *
 * Nobody's events ever go out as another's. These go out as their author's, with the name of who brought them beside it.
 */

import { author, tokenOf } from '../outbox/authors'

/** Whose parked entries go, and who brings them. */
const bringers = new Map<string, string>()

export function bringFor(whose: string, bringer: string): void {
  bringers.set(whose, bringer)
}

/** The supervisor leaves the phone. */
export function bringNothing(): void {
  bringers.clear()
}

/** The author's own token, else that of who brings their entries; null if there is neither. */
export async function tokenFor(whose: string, spent: string | null): Promise<string | null> {
  const bringer = bringers.get(whose)
  return (await tokenOf(whose, spent)) ?? (bringer ? tokenOf(bringer, spent) : null)
}

/** What to tell the server of whose it is; undefined for an author who speaks for themselves. */
export async function onBehalf(whose: string, token: string): Promise<string | undefined> {
  if (!bringers.has(whose)) return undefined
  return (await author(whose))?.access === token ? undefined : whose
}
