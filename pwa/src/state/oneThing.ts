/**
 * One thing at a bin: scan the bin, the item, its lot or serial where it is tracked, and say how many.
 *
 * For what is done outside of a task: taking out for a reason, reporting what was used or made. Its steps are those of a pick.
 */

import { computed, ref, shallowRef } from 'vue'
import type { Chosen } from '../domain/count'
import { packDoubt, type PackDoubt } from '../domain/pack'
import { total, type Key } from '../domain/piles'
import type { Fit } from '../domain/sightings'
import { after, amountOf, IDLE, stepOf, type WorkHappening, type Working } from '../domain/work'
import { t } from '../i18n'
import { answer } from '../scanner/feedback'
import { identify, namedHere, type Method, type Scope } from './catalogue'

export function oneThing(scope: () => Scope | undefined = () => undefined, fits: (item: Chosen) => string = () => '') {
  const working = shallowRef<Working>(IDLE)
  const wrong = ref('')
  const doubt = shallowRef<PackDoubt | null>(null)
  const step = computed(() => (working.value.quantity === null ? stepOf('pick', working.value) : 'why'))
  const amount = computed(() => amountOf(working.value))

  function happen(happening: WorkHappening): void {
    working.value = after(working.value, happening)
  }

  async function scanned(text: string, method: Method): Promise<void> {
    if (step.value === 'quantity' && method === 'wedge' && /^[\d.+]{1,4}$/.test(text)) {
      for (const key of text) happen({ kind: 'pressed', key: key as Key })
      return
    }
    wrong.value = ''
    const ask = step.value === 'lot' || step.value === 'serial' ? namedHere : identify
    const named = await ask(text, method, scope())
    if (named.kind === 'location') return arrive(named.code)
    if (step.value === 'place') return refuse(t('count.binFirst'))
    const own = named.kind === 'unknown' || named.item.sku === working.value.item?.sku
    if (step.value === 'lot' && own) return name(named.kind === 'item' ? { lot: named.item.lot } : { lot: named.label.lot ?? text.trim() })
    if (step.value === 'serial' && own) return name({ serial: (named.kind === 'item' ? named.item.serial : (named.label.serial ?? text.trim())) ?? '' })
    if (named.kind === 'unknown') return refuse(t('lookUp.unknown', { code: named.text }))
    take(named.item)
  }

  function arrive(code: string): void {
    const { item } = working.value
    happen({ kind: 'arrived', place: code })
    if (item) happen({ kind: 'chose', item }) // another bin for the same thing
    answer('ok', code)
  }

  function take(item: Chosen): void {
    const why = fits(item)
    if (why) return refuse(why)
    happen({ kind: 'chose', item })
    if (item.serial) happen({ kind: 'amount', quantity: 1000 })
    answer('ok', item.name)
  }

  function name(words: { lot?: string; serial?: string }): void {
    if (!words.lot && !words.serial) return answer('attention')
    happen({ kind: 'named', ...words })
    if (words.serial) happen({ kind: 'amount', quantity: 1000 })
    answer('ok')
  }

  /** How many: packs or pieces is asked where both are plausible. */
  function accept(sure?: number): void {
    const { item, piles, inPacks } = working.value
    const typed = total(piles)
    if (!item || amount.value === null || typed === null || amount.value === 0) return
    doubt.value = sure === undefined ? packDoubt(typed, item.pack, inPacks) : null
    if (doubt.value) return answer('attention', t('count.doubt'))
    happen({ kind: 'amount', quantity: sure ?? amount.value })
    answer('ok')
  }

  function keyAlone(key: 'Enter' | 'Backspace'): void {
    if (step.value !== 'quantity' || doubt.value) return
    if (key === 'Backspace') happen({ kind: 'pressed', key: 'back' })
    else accept()
  }

  async function fitOf(text: string): Promise<{ fit: Fit }> {
    const named = await namedHere(text, 'camera', scope())
    if (named.kind === 'location') return { fit: step.value === 'place' ? 'wanted' : 'not-now' }
    if (named.kind === 'item') return { fit: step.value === 'item' ? 'wanted' : 'not-now' }
    return { fit: step.value === 'lot' || step.value === 'serial' ? 'possible' : 'other' }
  }

  function refuse(words: string): void {
    wrong.value = words
    answer('wrong')
  }

  /** At the same bin, with empty hands. */
  function startOver(keepPlace = true): void {
    wrong.value = ''
    happen(keepPlace ? { kind: 'dropped' } : { kind: 'left' })
  }

  return { working, wrong, doubt, step, amount, happen, scanned, accept, keyAlone, fitOf, startOver }
}
