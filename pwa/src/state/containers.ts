/** Containers that this phone knows: from the server's list, from what it said itself, and from what a label is by itself. */

import type { ContainerOut } from '../api/containers'
import type { Page } from '../api/wire'
import { containerIn } from '../domain/container'
import { readLabel, type Label } from '../domain/gs1'
import { isRest } from '../domain/join'
import { amend, recall, remember } from '../outbox/db'
import { askServer, namedHere, told, type Method, type Named, type Scope } from './catalogue'
import { call, warehouse } from './session'

const FRESH_MS = 600_000
const PAGE = 500
const MOST_PAGES = 20

/** A container, and where it stands as far as this phone knows. */
export interface Carrier {
  kind: 'container'
  code: string
  location: string | null
}

export type Scanned = Named | Carrier

type Places = Record<string, string | null>
let places: Places = {}
let of = ''
let asOf = 0

const key = () => `containers:${warehouse.value}`

async function here(): Promise<Places> {
  if (of !== key()) {
    of = key()
    asOf = 0
    places = (await recall<Places>(of)) ?? {}
  }
  return places
}

/** Fetch the list of those that stand somewhere; seldom, and never while somebody waits. */
export async function loadContainers(): Promise<void> {
  await here()
  if (!warehouse.value || Date.now() - asOf < FRESH_MS) return
  const under = of
  const heard: Places = {}
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const words: Page<ContainerOut> = await call<Page<ContainerOut>>('GET', '/containers', { query: { warehouse: warehouse.value, standing: true, limit: PAGE, cursor } })
    for (const { code, location } of words.items) heard[code] = location
    cursor = words.next
    if (!cursor) break
  }
  if (under !== of) return
  places = heard
  asOf = Date.now()
  await remember(under, heard)
}

/** It stands there now: this phone said so, and its own list knows it before the server's does. */
export async function noteStands(code: string, location: string | null): Promise<void> {
  await here()
  places = { ...places, [code]: location }
  await amend<Places>(of, (before) => ({ ...before, [code]: location })).catch(() => undefined)
}

async function carrierNamed(label: Label): Promise<Carrier | null> {
  const known = await here()
  const code = containerIn(label) ?? label.text.trim()
  if (code in known) return { kind: 'container', code, location: known[code] }
  return containerIn(label) ? { kind: 'container', code, location: null } : null
}

/** What a text names, containers too: what this phone knows first, then what the server says. */
export async function identifyAny(raw: string, method: Method, task?: Scope): Promise<Scanned> {
  const named = await namedHere(raw, method, task)
  if (named.kind !== 'unknown') return named
  const carrier = await carrierNamed(named.label)
  if (carrier || isRest(named.label)) return carrier ?? named
  const found = await askServer(raw)
  return found?.kind === 'container' ? { ...found } : told(named, found, raw, method)
}

/** The same without the server, where any other text would be a lot or a serial: only what is a container by itself. */
export async function namedHereAny(raw: string, method: Method, task?: Scope): Promise<Scanned> {
  const named = await namedHere(raw, method, task)
  if (named.kind !== 'unknown' || !containerIn(named.label)) return named
  return (await carrierNamed(named.label)) ?? named
}

/** Is it a container's label, as far as this phone knows? For the camera, that looks at many codes at once. */
export async function isCarrier(text: string): Promise<boolean> {
  return (await carrierNamed(readLabel(text, new Date().getFullYear()))) !== null
}
