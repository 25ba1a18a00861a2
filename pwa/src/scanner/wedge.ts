/**
 * Hardware scanners that type: handhelds with a trigger, Bluetooth and USB scanners.
 *
 * Some send key events, some put text into the focused field (Zebra's IME), some paste. GS1 separators arrive as ASCII 29, as
 * Ctrl+], or as the sign that the scanner was set up to send, and leave as ASCII 29. `gather` makes whole texts of it.
 */

import { GS } from '../domain/separator'
import { gather, type Arrival, type Left } from './gather'

/** Scans that came while one screen gave way to the next belong to the next, unless nobody asked for them for so long. */
const HANDED_ON_MS = 3000
let left: Left & { at: number } = { texts: [], half: '', at: 0 }
/** How many screens listen: now and then the next begins before the last has ended. */
let listening = 0
/** Ends the listening between two screens, and gives what was typed meanwhile. */
let between: (() => Left) | null = null

export type OnScan = (text: string) => Promise<void> | void

export interface Wedge {
  /** Keep what comes for the screen that was asked for, or, if it does not come, for this one. */
  hold: (on: boolean) => void
  stop: () => void
}

/** Keys of a handheld's own keyboard that are no part of a scan. */
export type OnKey = (key: 'Enter' | 'Backspace') => void

/**
 * Listen on the page and on the hidden field. `onScan` gets one text at a time, `onArrival` how it came.
 *
 * The field has to be of several lines: a sled puts a whole pallet into it at once, and a field of one line would make one
 * long text of that.
 */
export function listen(field: HTMLTextAreaElement, onScan: OnScan, onKeyAlone: OnKey = () => undefined, onArrival?: (arrival: Arrival) => void): Wedge {
  const gatherer = gather(onScan, onArrival)

  const onKey = (event: KeyboardEvent) => {
    if (writesElsewhere(event.target, field) || event.altKey || event.metaKey || event.isComposing) return
    const character = characterOf(event)
    const ends = event.key === 'Enter' || event.key === 'Tab'
    if (ends && (gatherer.begun() || field.value !== '')) {
      takeField()
      event.preventDefault()
      event.stopPropagation()
      gatherer.end(event.key === 'Tab' ? 'tab' : 'enter')
    } else if ((event.key === 'Enter' || event.key === 'Backspace') && !isButton(event.target)) {
      if (event.target === field) event.preventDefault()
      onKeyAlone(event.key)
    } else if (character !== null && !(character === ' ' && !gatherer.begun())) {
      event.preventDefault()
      gatherer.key(character)
    }
  }
  const takeField = () => {
    const text = field.value
    field.value = ''
    gatherer.put(text)
  }
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData('text') ?? ''
    if (text === '' || writesElsewhere(event.target, field)) return
    event.preventDefault()
    gatherer.put(text)
  }

  document.addEventListener('keydown', onKey, true)
  document.addEventListener('paste', onPaste)
  field.addEventListener('input', takeField)
  listening += 1
  gatherer.bring(whatCameBefore())
  return {
    hold: gatherer.hold,
    stop: () => {
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('paste', onPaste)
      field.removeEventListener('input', takeField)
      left = { ...gatherer.stop(), at: Date.now() }
      listening -= 1
      if (listening === 0) between = listenBetween(left)
    },
  }
}

/** The next screen may be loading yet, and have no field: what a trigger types meanwhile waits for it. */
function listenBetween(before: Left): () => Left {
  const texts: string[] = []
  const gatherer = gather((text) => void texts.push(text))
  gatherer.bring(before)
  const onKey = (event: KeyboardEvent) => {
    if (writesElsewhere(event.target, null) || event.altKey || event.metaKey || event.isComposing) return
    const character = characterOf(event)
    if ((event.key === 'Enter' || event.key === 'Tab') && gatherer.begun()) {
      event.preventDefault()
      event.stopPropagation()
      gatherer.end(event.key === 'Tab' ? 'tab' : 'enter')
    } else if (character !== null && !(character === ' ' && !gatherer.begun())) gatherer.key(character)
  }
  const stop = () => {
    document.removeEventListener('keydown', onKey, true)
    clearTimeout(over)
    between = null
    const { texts: untaken, half } = gatherer.stop()
    return { texts: [...texts, ...untaken], half }
  }
  const over = setTimeout(stop, HANDED_ON_MS)
  document.addEventListener('keydown', onKey, true)
  return stop
}

function whatCameBefore(): Left {
  const nothing = { texts: [], half: '' }
  const { at, ...before } = left
  const heard = between?.() ?? before // the one between the screens took up what the screen before had left
  left = { ...nothing, at: 0 }
  return Date.now() - at < HANDED_ON_MS ? heard : nothing
}

/** The text of a key press, or null if it writes none. */
function characterOf({ key, ctrlKey, code }: KeyboardEvent): string | null {
  if (key === GS || (ctrlKey && (key === ']' || code === 'BracketRight'))) return GS
  return ctrlKey || key.length !== 1 ? null : key
}

/** Somebody is typing into a field of their own: that is no scan. */
function writesElsewhere(target: EventTarget | null, field: HTMLTextAreaElement | null): boolean {
  if (!(target instanceof HTMLElement) || target === field || isPressed(target)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Enter on a focused button presses that button. */
function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (['BUTTON', 'A'].includes(target.tagName) || isPressed(target))
}

/** An input that takes no text: after a photo the focus is on the camera's, and the next scan must not be lost in it. */
function isPressed(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && ['file', 'checkbox', 'radio', 'button', 'submit'].includes(target.type)
}
