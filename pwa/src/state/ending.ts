/** How work on a document ends: too little in a bin, none of some goods, and that was all. */

import type { WorkLineOut } from '../api/documents'
import { t } from '../i18n'
import { answer } from '../scanner/feedback'
import { tapped } from './goods'
import { afterPick } from './keeping'
import { pictures, run } from './table'
import { inbound, state, submit, working } from './working'

/** There is not enough in this bin: so many are left of the item that was wanted. */
export async function short(line: WorkLineOut, lot: string, found: number, why: string): Promise<boolean> {
  const place = working.value.place ?? ''
  const item = tapped(line, lot)
  return run(async () => {
    await state('pick.short', item, found, { location: place, ...(why ? { note: why } : {}) }, pictures.value)
    pictures.value = []
    answer('attention', t('work.shortKept', { name: line.name }))
    afterPick()
  })
}

/** I looked, and there is none of these: a checker's word about lines that nothing was scanned of. */
export async function noneOf(lines: WorkLineOut[]): Promise<void> {
  await run(async () => {
    for (const line of lines) {
      await state(inbound.value ? 'receive.check' : 'pick.check', tapped(line), 0, inbound.value ? { condition: 'good' } : {})
    }
    answer('ok')
  })
}

export async function handIn(): Promise<boolean> {
  return run(async () => {
    await submit()
    answer('done', t('work.sent'))
  })
}
