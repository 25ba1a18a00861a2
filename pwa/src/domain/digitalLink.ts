/** GS1 Digital Link (URI syntax 1.6): an address on the web that names a thing and says what its label would. */

import { identifierAt } from './identifiers'

/** Which keys may open the path, and what may follow each, in this order. */
const QUALIFIERS: Record<string, string[]> = {
  '01': ['22', '10', '21', '235'],
  '8006': ['22', '10', '21'],
  '8010': ['8011'],
  '414': ['254', '7040'],
  '415': ['8020'],
  '417': ['7040'],
  '8017': ['8019'],
  '8018': ['8019'],
  '8004': ['7040'],
  '8013': [],
  '255': [],
  '00': [],
  '253': [],
  '401': [],
  '402': [],
  '8003': [],
}

/** `{identifier: value}`, or null if it is no Digital Link. */
export function fieldsOfLink(address: string): Record<string, string> | null {
  const [, path = '', query = ''] = /^https?:(?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(address) ?? []
  const segments = path.split('/')
  const start = segments.findIndex((segment) => segment in QUALIFIERS)
  if (start < 0 || (segments.length - start) % 2 !== 0) return null
  const pairs = [...pathPairs(segments.slice(start)), ...queryPairs(query)]
  const found: Record<string, string> = {}
  if (!inOrder(pairs.filter(([, , inPath]) => inPath).map(([ai]) => ai))) return null
  for (const [ai, value] of pairs) {
    if (!fits(ai, value)) return null
    found[ai] = value
  }
  return found
}

type Pair = [ai: string, value: string, inPath: boolean]

function pathPairs(segments: string[]): Pair[] {
  const pairs: Pair[] = []
  for (let place = 0; place < segments.length; place += 2) {
    const ai = unquoted(segments[place])
    const value = unquoted(segments[place + 1])
    pairs.push([ai, place === 0 && ai === '01' ? value.padStart(14, '0') : value, true])
  }
  return pairs
}

/** Only identifiers count, other parameters are the shop's own; the last of a repeated one holds. */
function queryPairs(query: string): Pair[] {
  const last = new Map<string, string>()
  for (const part of query.split('&')) {
    const [name, ...value] = part.split('=')
    if (value.join('=') !== '') last.set(unquoted(plus(name)), unquoted(plus(value.join('='))))
  }
  return Array.from(last)
    .filter(([ai]) => identifierAt(ai)?.ai === ai)
    .map(([ai, value]): Pair => [ai, value, false])
}

function inOrder([key, ...followers]: string[]): boolean {
  let allowed = QUALIFIERS[key]
  for (const ai of followers) {
    const place = allowed.indexOf(ai)
    if (place < 0) return false
    allowed = allowed.slice(place + 1)
  }
  return true
}

function fits(ai: string, value: string): boolean {
  const known = identifierAt(ai)
  return known?.ai === ai && known.pattern.exec(value)?.[0] === value
}

function plus(text: string): string {
  return text.replace(/\+/g, ' ')
}

function unquoted(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
