/** Which phone this is: an id made once, so that the server can put its events in order. */

import { amend } from '../outbox/db'
import { newId } from '../outbox/outbox'

let known: Promise<string> | null = null

export function deviceId(): Promise<string> {
  known ??= amend<string>('device', (id) => id ?? newId())
  known.catch(() => (known = null))
  return known
}
