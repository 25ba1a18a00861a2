/** What changes by itself is asked again every few seconds, as long as somebody looks at it. */

import { onBeforeUnmount, onMounted } from 'vue'

/** For the life of a screen; one question at a time, none while the page is hidden. */
export function polling(ask: () => Promise<unknown>, everyMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false

  const turn = async () => {
    if (!document.hidden) await ask().catch(() => undefined)
    if (!over) timer = setTimeout(turn, everyMs)
  }
  onMounted(turn)
  onBeforeUnmount(() => {
    over = true
    clearTimeout(timer)
  })
}
