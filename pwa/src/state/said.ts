/** Turns what the server or the network said into words for a person. */

import { ref, type Ref } from 'vue'
import { Problem, Unreachable } from '../api/client'
import { t, tCode } from '../i18n'

export function wordsFor(error: unknown): string {
  if (error instanceof Unreachable) return t('no.network')
  if (!(error instanceof Problem)) return t('no.unknown')
  return error.detail || tCode('refused', error.code) || error.code
}

/** One thing at a time that may fail: `busy` while it runs, `no` says why not. */
export function attempt(): { busy: Ref<boolean>; no: Ref<string>; run: (job: () => Promise<void>) => Promise<boolean> } {
  const busy = ref(false)
  const no = ref('')
  const run = async (job: () => Promise<void>) => {
    if (busy.value) return false
    busy.value = true
    no.value = ''
    try {
      await job()
      return true
    } catch (error) {
      no.value = wordsFor(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, no, run }
}
