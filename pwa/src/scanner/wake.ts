/** Keeps the screen on while somebody counts. */

import { onBeforeUnmount, onMounted } from 'vue'

/** For the life of a screen; the lock is lost whenever the app goes to the back, and taken again when it returns. */
export function stayAwake(): void {
  let lock: WakeLockSentinel | null = null
  const take = async () => {
    if (document.visibilityState === 'visible') lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null
  }
  onMounted(() => {
    void take()
    document.addEventListener('visibilitychange', take)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', take)
    void lock?.release().catch(() => undefined)
  })
}
