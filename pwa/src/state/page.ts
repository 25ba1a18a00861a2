/** The title in the bar: the step somebody is at. Screens set it; leaving a screen clears it. */

import { onBeforeUnmount, ref, watchEffect } from 'vue'

export const pageTitle = ref('')

/** For the life of a screen. */
export function titled(words: () => string): void {
  const stop = watchEffect(() => (pageTitle.value = words()))
  onBeforeUnmount(() => {
    stop()
  })
}
