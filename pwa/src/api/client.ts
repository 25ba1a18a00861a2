/** Speaks HTTP with the server: one function, two ways to fail. */

import type { SessionOut } from './wire'

const BASE = '/api/v1'
/** A phone that hangs on a dead access point believes to be online; it must not wait for ever. */
const PATIENCE_MS = 15_000

/** The server said no: `code` never changes, `detail` is in the reader's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: Record<string, string[]> = {},
  ) {
    super(detail || code)
    this.name = 'Problem'
  }
}

/** No answer came. */
export class Unreachable extends Error {
  constructor() {
    super('unreachable')
    this.name = 'Unreachable'
  }
}

/** Told of every answer and every silence; `state/connection` listens. */
export const contact = { heard: (_reached: boolean) => undefined as void, language: () => 'en' as string }

export interface Ask {
  body?: unknown
  query?: Record<string, string | number | boolean | null | undefined>
  token?: string | null
}

/** Ask the server. Raises `Problem` or `Unreachable`. */
export async function ask<T>(method: string, path: string, { body, query, token }: Ask = {}): Promise<T> {
  const reply = await reach(BASE + path + search(query), {
    method,
    headers: headers(token, body !== undefined),
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: method === 'GET' ? 'no-cache' : 'no-store',
  })
  if (reply.status === 204) return undefined as T
  const words = await json(reply)
  if (!reply.ok) throw problemOf(reply.status, words)
  return words as T
}

/** A new pair of tokens for a refresh token. */
export function renew(refresh: string): Promise<SessionOut> {
  return ask<SessionOut>('POST', '/auth/refresh', { body: { refresh_token: refresh } })
}

/** Is it there? Told to `contact` like every answer; never raises. */
export async function ping(): Promise<void> {
  await reach('/healthz', { cache: 'no-store' }).catch(() => undefined)
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS)
  try {
    const reply = await fetch(url, { ...request, signal: stop.signal })
    contact.heard(reply.status < 502 || reply.status > 504)
    return reply
  } catch {
    contact.heard(false)
    throw new Unreachable()
  } finally {
    clearTimeout(timer)
  }
}

function headers(token: string | null | undefined, hasBody: boolean): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Language': contact.language(),
    ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  }
}

function search(query: Ask['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const words = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length ? `?${words}` : ''
}

async function json(reply: Response): Promise<unknown> {
  try {
    return await reply.json()
  } catch {
    if (reply.ok) throw new Unreachable()
    return {}
  }
}

function problemOf(status: number, words: unknown): Problem {
  const { code, detail, title, fields } = words as Partial<Record<'code' | 'detail' | 'title', string>> & {
    fields?: Record<string, string[]>
  }
  return new Problem(status, code ?? `http_${status}`, detail ?? title ?? '', fields)
}
