/** What only the server knows, read with a network or without: then as it stood when this phone last saw it. */

import { reactive } from 'vue'
import { Unreachable } from '../api/client'
import { keepSeen, recallSeen } from '../outbox/seen'
import { fingerOff } from './finger'
import { wordsFor } from './said'
import { person, warehouse } from './session'

/** `asOf`: set while what is shown is old. `missing`: no network, and never seen here. `no`: the server refused. */
export interface Reading {
  busy: boolean
  no: string
  asOf: number | null
  missing: boolean
}

const FRESH: Reading = { busy: false, no: '', asOf: null, missing: false }

/** One screen's reading: `read(what, ask)` gives what `ask` gives, else what was seen last under that name, else null. */
export function reading() {
  const now = reactive<Reading>({ ...FRESH })
  let latest = 0

  async function read<T>(what: string, ask: () => Promise<T>): Promise<T | null> {
    const turn = ++latest
    const tell = (change: Reading) => void (turn === latest && Object.assign(now, change))
    const under = `${person.value?.id}:${warehouse.value}:${what}`
    tell({ ...FRESH, busy: true })
    try {
      const value = await ask()
      await fingerOff()
      tell(FRESH)
      await keepSeen(under, value).catch(() => undefined) // a phone that is full shows what it heard all the same
      return value
    } catch (error) {
      if (!(error instanceof Unreachable)) {
        tell({ ...FRESH, no: wordsFor(error) })
        return null
      }
      const seen = await recallSeen<T>(under).catch(() => undefined)
      tell({ ...FRESH, asOf: seen?.at ?? null, missing: !seen })
      return seen?.value ?? null
    }
  }

  return { now, read }
}
