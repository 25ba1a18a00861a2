/**
 * Gathers what a scanner types into whole texts. Knows no page, so that every way to be cut short can be tested.
 *
 * Text comes in two ways: as key presses, and put into a field at once (Zebra's IME, a paste, an intent). A text ends by Enter,
 * by Tab, by the end of a line, or by silence. Texts are handed on one after another; none is dropped, however many come.
 *
 * Some handhelds are set up to deliver both ways at once. The same text by the *other* way within 300 ms is the same trigger
 * and counts once; the same text twice by the *same* way is two things on the shelf, and counts twice.
 */

export type Way = 'keys' | 'field'
export type End = 'enter' | 'tab' | 'line' | 'silence'

/** One text as it came. `gaps`: milliseconds before each piece but the first. `double`: it had come by the other way. */
export interface Arrival {
  text: string
  way: Way
  end: End
  gaps: number[]
  double: boolean
}

export interface Gatherer {
  /** One character by a key. */
  key: (character: string) => void
  /** Text that was put into the field. */
  put: (text: string) => void
  end: (by: 'enter' | 'tab') => void
  /** What whoever listened before had heard: whole texts, no doubles of anything that is typed now, and one that goes on. */
  bring: (left: Left) => void
  /** Has something come that is not ended yet? */
  begun: () => boolean
  /** Hear, but hand nothing on: another screen was asked for, and what is heard is meant for it. */
  hold: (on: boolean) => void
  /** No more: gives what was not handed on yet, for whoever listens next. */
  stop: () => Left
}

/** Whole texts that nobody has taken, and the beginning of one whose end is still being typed. */
export interface Left {
  texts: string[]
  half: string
}

interface Piece {
  text: string
  way: Way
  at: number
}

interface Heard {
  text: string
  way: Way
  at: number
}

const SILENCE_MS = 80
/** A scanner that has ended with Enter will do so again: a slow device then gets more time between two characters. */
const PATIENCE_MS = 400
const DOUBLE_MS = 300

export function gather(onText: (text: string) => Promise<void> | void, onArrival: (arrival: Arrival) => void = () => undefined): Gatherer {
  let pieces: Piece[] = []
  let heard: Heard[] = []
  let silence = SILENCE_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  const queue: string[] = []
  let handing = false
  let held = false
  let stopped = false

  const add = (text: string, way: Way) => {
    if (text === '') return
    pieces.push({ text, way, at: Date.now() })
    clearTimeout(timer)
    timer = setTimeout(bySilence, silence)
  }

  const bySilence = () => {
    silence = SILENCE_MS
    flush('silence')
  }

  const flush = (end: End, ended?: Way) => {
    clearTimeout(timer)
    const [keys, field] = [textOf(pieces, 'keys'), textOf(pieces, 'field')]
    if (keys !== '' && keys === field) {
      close(pieces.filter(({ way }) => way === 'keys'), end)
      close(pieces.filter(({ way }) => way === 'field'), end)
      pieces = []
    } else if (ended && isUnderWay(ended === 'keys' ? keys : field, ended === 'keys' ? field : keys)) {
      close(pieces.filter(({ way }) => way === ended), end)
      pieces = pieces.filter(({ way }) => way !== ended)
      timer = setTimeout(bySilence, silence)
    } else {
      close(pieces, end)
      pieces = []
    }
  }

  /** One whole text: noted, and handed on unless it is the other half of a double. */
  const close = (parts: Piece[], end: End) => {
    const text = parts.map((part) => part.text).join('')
    if (text.trim() === '') return
    const { way, at } = parts[parts.length - 1]
    const double = isDouble(text, way, at)
    onArrival({ text, way, end, gaps: parts.slice(1).map((part, place) => part.at - parts[place].at), double })
    if (double) return
    queue.push(text)
    void handOn()
  }

  /** Each text that came by one way can be echoed once by the other. */
  const isDouble = (text: string, way: Way, at: number) => {
    heard = heard.filter((one) => at - one.at <= DOUBLE_MS)
    const first = heard.findIndex((one) => one.text === text && one.way !== way)
    if (first >= 0) heard.splice(first, 1)
    else heard.push({ text, way, at })
    return first >= 0
  }

  const handOn = async () => {
    if (handing) return
    handing = true
    while (!stopped && !held && queue.length > 0) {
      try {
        await onText(queue.shift() as string)
      } catch (error) {
        raiseLater(error)
      }
    }
    handing = false
  }

  return {
    key: (character) => add(character, 'keys'),
    put: (text) => {
      const lines = text.split(/\r\n|[\r\n\t]/)
      lines.forEach((line, place) => {
        add(line, 'field')
        if (place < lines.length - 1 && pieces.some(({ way }) => way === 'field')) flush('line', 'field')
      })
    },
    end: (by) => {
      silence = PATIENCE_MS
      flush(by, pieces.some(({ way }) => way === 'keys') ? 'keys' : 'field')
    },
    bring: ({ texts, half }) => {
      queue.push(...texts)
      void handOn()
      if (half !== '') silence = PATIENCE_MS // a screen that changes is slow
      for (const character of half) add(character, 'keys')
    },
    begun: () => pieces.length > 0,
    hold: (on) => {
      held = on
      void handOn()
    },
    stop: () => {
      clearTimeout(timer)
      stopped = true
      return { texts: queue.splice(0), half: textOf(pieces, 'keys') || textOf(pieces, 'field') }
    },
  }
}

function textOf(pieces: Piece[], wanted: Way): string {
  return pieces.filter(({ way }) => way === wanted).map(({ text }) => text).join('')
}

/** Is the other way still busy with the same text? Then it will end by itself. */
function isUnderWay(ended: string, other: string): boolean {
  return other !== '' && ended !== '' && (ended.startsWith(other) || other.startsWith(ended))
}

/** One scan that failed must not stop the next, nor fail in silence. */
function raiseLater(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
