/**
 * Who works on this phone, and under which token their events go out.
 *
 * A shared handheld has several people. Each one's session stays here while there is something of theirs to send, locked or
 * not, so that nobody's events ever go out under another name.
 */

import { Problem, renew } from '../api/client'
import type { Person, SessionOut } from '../api/people'
import { amend, recall } from './db'
import { inTurn } from './locks'
import type { Verifier } from './unlock'

export interface Author {
  person: Person
  access: string
  refresh: string
  /** When the access token ends, by this phone's clock. */
  until: number
  /** Signed out or locked: the tokens serve only to send what waits. */
  locked: boolean
  /** The refresh token is spent: only signing in helps. */
  expired: boolean
  lastSeen: number
  badge: string | null
  verifier: Verifier | null
}

type Authors = Record<string, Author>
const KEY = 'authors'
const SLACK_MS = 20_000

export async function authors(): Promise<Author[]> {
  const all = (await recall<Authors>(KEY)) ?? {}
  return Object.values(all).sort((one, other) => other.lastSeen - one.lastSeen)
}

export async function author(id: string): Promise<Author | undefined> {
  return ((await recall<Authors>(KEY)) ?? {})[id]
}

/** Remember a person who signed in, with the new tokens and what an offline sign-in will need. */
export async function welcome(
  session: SessionOut,
  badge: string | null,
  verifier: Verifier | null,
  now = Date.now(),
): Promise<Author> {
  const { person } = session
  const fresh: Author = { ...tokensOf(session, now), person, locked: false, expired: false, lastSeen: now, badge, verifier }
  await amend<Authors>(KEY, (all = {}) => ({ ...all, [person.id]: fresh }))
  return fresh
}

/** Change what is remembered of one person. */
export async function amendAuthor(id: string, change: Partial<Author>): Promise<void> {
  await amend<Authors>(KEY, (all = {}) => (all[id] ? { ...all, [id]: { ...all[id], ...change } } : all))
}

/** Forget somebody's tokens, and keep the name for the chips of the sign-in screen. */
export async function forgetTokens(id: string): Promise<void> {
  await amendAuthor(id, { access: '', refresh: '', until: 0, locked: true, expired: true })
}

/**
 * A token that should work, renewed if it is over or is the `spent` one. Null: the person has to sign in again.
 *
 * Refresh tokens serve once, and a second use ends the whole session; so tabs renew in turn, and whoever comes second finds
 * the new one here. Raises what the network raises.
 */
export async function tokenOf(id: string, spent: string | null = null, now = Date.now()): Promise<string | null> {
  const known = await author(id)
  if (!known || known.expired) return null
  if (known.until > now && known.access !== spent) return known.access
  return inTurn('tokens', async () => {
    const latest = await author(id)
    if (!latest || latest.expired) return null
    if (latest.access !== known.access) return latest.access
    return renewed(id, latest.refresh, now)
  })
}

async function renewed(id: string, refresh: string, now: number): Promise<string | null> {
  try {
    const session = await renew(refresh)
    await amendAuthor(id, tokensOf(session, now))
    return session.access_token
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    await amendAuthor(id, { expired: true })
    return null
  }
}

function tokensOf(session: SessionOut, now: number): Pick<Author, 'access' | 'refresh' | 'until'> {
  const until = now + session.expires_in * 1000 - SLACK_MS
  return { access: session.access_token, refresh: session.refresh_token, until }
}
