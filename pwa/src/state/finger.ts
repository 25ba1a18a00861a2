/**
 * A finger on the screen. What it touches must not slip away before it is lifted: a list that was fetched meanwhile and
 * moved would swallow the tap, since it began on one thing and ended on another.
 */

/** A click comes a little after the finger has gone. */
const CLICK_MS = 60
/** Nobody touches for so long without scrolling; a finger whose end was never told of holds nothing up for ever. */
const MOST_MS = 5000

let touched: Promise<void> | null = null
let lifted: () => void = () => undefined

/** Follow the fingers on this page. */
export function followFingers(page: EventTarget): void {
  page.addEventListener('pointerdown', down, { capture: true, passive: true })
  for (const end of ['pointerup', 'pointercancel']) page.addEventListener(end, () => setTimeout(lifted, CLICK_MS), { capture: true, passive: true })
}

function down(): void {
  if (touched) return
  touched = new Promise<void>((resolve) => {
    lifted = resolve
    setTimeout(resolve, MOST_MS)
  }).then(() => {
    touched = null
  })
}

/** Resolves when no finger is on the screen. */
export function fingerOff(): Promise<void> {
  return touched ?? Promise.resolve()
}
