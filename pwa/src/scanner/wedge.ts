/**
 * Hardware scanners that type: handhelds with a trigger, Bluetooth and USB scanners.
 *
 * Some send key events, some put text into the focused field (Zebra's IME), some end with Enter or Tab and some with
 * nothing, so a scan also ends by silence. GS1 separators arrive as ASCII 29 or as Ctrl+] and leave as ASCII 29. Scans may
 * come in bursts; they are handed on one after another, none is dropped.
 */

const SILENCE_MS = 80
/** A scanner that has ended with Enter will do so again: a slow device then gets more time between two characters. */
const PATIENCE_MS = 400
const GS = '\u001d'

export type OnScan = (text: string) => Promise<void> | void

export interface Wedge {
  stop: () => void
}

/** Keys of a handheld's own keyboard that are no part of a scan. */
export type OnKey = (key: 'Enter' | 'Backspace') => void

/** Listen on the page and on the hidden field. `onScan` gets one text at a time. */
export function listen(field: HTMLInputElement, onScan: OnScan, onKeyAlone: OnKey = () => undefined): Wedge {
  let buffer = ''
  let silence = SILENCE_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let queue: Promise<void> = Promise.resolve()

  const flush = () => {
    clearTimeout(timer)
    const text = buffer
    buffer = ''
    field.value = ''
    if (text.trim() !== '') queue = queue.then(() => onScan(text)).catch(raiseLater)
  }
  const bySilence = () => {
    silence = SILENCE_MS
    flush()
  }
  const add = (text: string) => {
    buffer += text
    clearTimeout(timer)
    timer = setTimeout(bySilence, silence)
  }
  const onKey = (event: KeyboardEvent) => {
    if (writesElsewhere(event.target, field) || event.altKey || event.metaKey || event.isComposing) return
    const character = characterOf(event)
    const ends = event.key === 'Enter' || event.key === 'Tab'
    if (ends && (buffer !== '' || field.value !== '')) {
      buffer += field.value
      event.preventDefault()
      event.stopPropagation()
      silence = PATIENCE_MS
      flush()
    } else if ((event.key === 'Enter' || event.key === 'Backspace') && !isButton(event.target)) {
      onKeyAlone(event.key)
    } else if (character !== null && !(character === ' ' && buffer === '')) {
      event.preventDefault()
      add(character)
    }
  }
  const onInput = () => {
    const text = field.value
    field.value = ''
    const lines = text.split(/[\r\n\t]/)
    lines.forEach((line, place) => {
      if (line !== '') add(line)
      if (place < lines.length - 1) flush()
    })
  }

  document.addEventListener('keydown', onKey, true)
  field.addEventListener('input', onInput)
  return {
    stop: () => {
      document.removeEventListener('keydown', onKey, true)
      field.removeEventListener('input', onInput)
      clearTimeout(timer)
    },
  }
}

/** One scan that failed must not stop the next, nor fail in silence. */
function raiseLater(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}

/** The text of a key press, or null if it writes none. */
function characterOf({ key, ctrlKey, code }: KeyboardEvent): string | null {
  if (key === GS || (ctrlKey && (key === ']' || code === 'BracketRight'))) return GS
  return ctrlKey || key.length !== 1 ? null : key
}

/** Somebody is typing into a field of their own: that is no scan. */
function writesElsewhere(target: EventTarget | null, field: HTMLInputElement): boolean {
  if (!(target instanceof HTMLElement) || target === field) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Enter on a focused button presses that button. */
function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && ['BUTTON', 'A'].includes(target.tagName)
}
