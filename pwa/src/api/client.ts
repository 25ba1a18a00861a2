/** Speaks HTTP with the server: one function, two ways to fail. */

import type { SessionOut } from './people'

const BASE = '/api/v1'
/** A phone that hangs on a dead access point believes to be online; it must not wait for ever. */
const PATIENCE_MS = 15_000
/** A part of a photo at the edge of a hall's network; nobody stands and waits for it. */
const LONG_PATIENCE_MS = 60_000

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
  /** An ArrayBuffer goes as it is, anything else as JSON. */
  body?: unknown
  query?: Record<string, string | number | boolean | null | undefined>
  token?: string | null
}

/** Ask the server. Raises `Problem` or `Unreachable`. */
export async function ask<T>(method: string, path: string, { body, query, token }: Ask = {}): Promise<T> {
  const raw = body instanceof ArrayBuffer
  const request: RequestInit = {
    method,
    headers: headers(token, raw ? 'application/octet-stream' : body === undefined ? null : 'application/json'),
    body: raw ? body : body === undefined ? undefined : JSON.stringify(body),
    cache: method === 'GET' ? 'no-cache' : 'no-store',
  }
  const reply = await reach(BASE + path + search(query), request, raw ? LONG_PATIENCE_MS : PATIENCE_MS)
  if (reply.status === 204) return undefined as T
  const words = await json(reply)
  if (!reply.ok) throw problemOf(reply.status, words)
  return words as T
}

/**
 * Fetch a picture. Raises `Problem` or `Unreachable`.
 *
 * The server is asked each time, though pictures never change: on a shared phone the next person may not see what the
 * browser kept for the last one.
 */
export async function fetchPicture(path: string, { query, token }: Omit<Ask, 'body'>): Promise<Blob> {
  const reply = await reach(BASE + path + search(query), { headers: headers(token, null), cache: 'no-cache' }, LONG_PATIENCE_MS)
  if (!reply.ok) throw problemOf(reply.status, await json(reply))
  return reply.blob().catch(() => Promise.reject(new Unreachable()))
}

/** Fetch a file that the server makes. Raises `Problem` or `Unreachable`. */
export async function fetchFile(path: string, { body, token }: Omit<Ask, 'query'>): Promise<Blob> {
  const request: RequestInit = { method: 'POST', headers: headers(token, 'application/json'), body: JSON.stringify(body), cache: 'no-store' }
  const reply = await reach(BASE + path, request, LONG_PATIENCE_MS)
  if (!reply.ok) throw problemOf(reply.status, await json(reply))
  return reply.blob().catch(() => Promise.reject(new Unreachable()))
}

/** Send a file as a form does. Raises `Problem` or `Unreachable`. */
export async function sendFile<T>(path: string, file: File, { query, token }: Omit<Ask, 'body'>): Promise<T> {
  const body = new FormData()
  body.append('file', file)
  const reply = await reach(BASE + path + search(query), { method: 'POST', headers: headers(token, null), body, cache: 'no-store' }, LONG_PATIENCE_MS)
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

async function reach(url: string, request: RequestInit, patience = PATIENCE_MS): Promise<Response> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), patience)
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

function headers(token: string | null | undefined, kind: string | null): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Language': contact.language(),
    ...(kind ? { 'Content-Type': kind } : {}),
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
