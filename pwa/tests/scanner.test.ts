import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { separated, visible } from '../src/domain/separator'
import { gather, type Arrival } from '../src/scanner/gather'
import { listen } from '../src/scanner/wedge'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A scanner on a phone: what it typed, and what came of it. */
function scanner(onText: (text: string) => Promise<void> | void = () => undefined) {
  const texts: string[] = []
  const arrivals: Arrival[] = []
  const gatherer = gather(
    async (text) => {
      texts.push(text)
      await onText(text)
    },
    (arrival) => arrivals.push(arrival),
  )
  const type = (text: string) => [...text].forEach(gatherer.key)
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  return { ...gatherer, texts, arrivals, type, wait }
}

test('what the screen before had heard counts beside the same text that is typed now', async () => {
  const { bring, type, end, wait, texts } = scanner()
  bring({ texts: ['TEA-1'], half: '' })
  type('TEA-1')
  end('enter')
  await wait(0)
  expect(texts).toEqual(['TEA-1', 'TEA-1'])
})

describe('a scan ends', () => {
  test.each(['enter', 'tab'] as const)('by %s', async (by) => {
    const { type, end, wait, texts, arrivals } = scanner()
    type('TEA-1')
    end(by)
    await wait(0)
    expect(texts).toEqual(['TEA-1'])
    expect(arrivals[0]).toMatchObject({ way: 'keys', end: by, double: false })
  })

  test('by silence', async () => {
    const { type, wait, texts, arrivals } = scanner()
    type('TEA-1')
    await wait(79)
    expect(texts).toEqual([])
    await wait(1)
    expect(texts).toEqual(['TEA-1'])
    expect(arrivals[0].end).toBe('silence')
  })

  test('later on a slow device that is known to end with Enter', async () => {
    const { type, end, wait, texts } = scanner()
    type('A')
    end('enter')
    type('TEA')
    await wait(200)
    type('-1')
    end('enter')
    await wait(0)
    expect(texts).toEqual(['A', 'TEA-1'])
  })

  test('by the end of a line, several at once', async () => {
    const { put, wait, texts, arrivals } = scanner()
    put('A-01\r\nTEA-1\nTEA-2\t')
    await wait(0)
    expect(texts).toEqual(['A-01', 'TEA-1', 'TEA-2'])
    expect(arrivals.map(({ end }) => end)).toEqual(['line', 'line', 'line'])
  })
})

test('says how long each key took', async () => {
  const { key, end, wait, arrivals } = scanner()
  for (const character of 'TEA') {
    key(character)
    await wait(12)
  }
  end('enter')
  expect(arrivals[0].gaps).toEqual([12, 12])
})

describe('a scanner that delivers both ways', () => {
  test('counts once when the same text comes by the other way', async () => {
    const { type, put, end, wait, texts, arrivals } = scanner()
    type('TEA-1')
    end('enter')
    await wait(200)
    put('TEA-1\n')
    await wait(500)
    expect(texts).toEqual(['TEA-1'])
    expect(arrivals.map(({ double }) => double)).toEqual([false, true])
  })

  test('also when both come mixed up before the end', async () => {
    const { type, put, end, wait, texts } = scanner()
    type('TE')
    put('TEA-1')
    type('A-1')
    end('enter')
    await wait(500)
    expect(texts).toEqual(['TEA-1'])
  })

  test('also when the field is done while keys are still coming', async () => {
    const { type, put, end, wait, texts } = scanner()
    type('TE')
    put('TEA-1\n')
    type('A-1')
    end('enter')
    await wait(500)
    expect(texts).toEqual(['TEA-1'])
  })

  test('counts twice what was scanned twice', async () => {
    const { type, put, end, wait, texts } = scanner()
    for (let times = 0; times < 2; times++) {
      type('TEA-1')
      end('enter')
      put('TEA-1\n')
      await wait(100)
    }
    expect(texts).toEqual(['TEA-1', 'TEA-1'])
  })

  test('the same text twice by the same way is two things on the shelf', async () => {
    const { type, end, wait, texts } = scanner()
    for (let times = 0; times < 3; times++) {
      type('TEA-1')
      end('enter')
    }
    await wait(0)
    expect(texts).toHaveLength(3)
  })

  test('after more than 300 ms it is another scan', async () => {
    const { type, put, end, wait, texts } = scanner()
    type('TEA-1')
    end('enter')
    await wait(301)
    put('TEA-1\n')
    await wait(0)
    expect(texts).toHaveLength(2)
  })

  test('another text is another scan', async () => {
    const { type, put, end, wait, texts } = scanner()
    type('TEA-1')
    end('enter')
    put('TEA-2\n')
    await wait(0)
    expect(texts).toEqual(['TEA-1', 'TEA-2'])
  })
})

describe('bursts', () => {
  const codes = Array.from({ length: 500 }, (_none, place) => `CODE-${place % 40}`)

  test('of keys lose nothing, and keep their order, however slow the phone is', async () => {
    let busy = 0
    const { type, end, wait, texts } = scanner(async () => {
      expect(++busy).toBe(1)
      await new Promise((later) => setTimeout(later, 30))
      busy--
    })
    for (const code of codes) {
      type(code)
      end('enter')
      await wait(5)
    }
    await wait(30 * 500)
    expect(texts).toEqual(codes)
  })

  test('of lines lose nothing', async () => {
    const { put, wait, texts } = scanner()
    put(`${codes.join('\n')}\n`)
    await wait(0)
    expect(texts).toEqual(codes)
  })

  test('one that fails does not stop the next', async () => {
    const failed: unknown[] = []
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (job: () => void, ms?: number) =>
      ms === undefined ? (failed.push(job), 0) : real(job, ms),
    )
    const { put, wait, texts } = scanner((text) => {
      if (text === 'B') throw new Error('broken')
    })
    put('A\nB\nC\n')
    await wait(0)
    vi.unstubAllGlobals()
    expect(texts).toEqual(['A', 'B', 'C'])
    expect(failed).toHaveLength(1)
  })

  test('what was not handed on yet goes to whoever listens next', async () => {
    const { put, stop, wait, texts } = scanner(() => new Promise((later) => setTimeout(later, 10)))
    put('A\nB\nC\n')
    await wait(0)
    expect(stop()).toEqual({ texts: ['B', 'C'], half: '' })
    await wait(50)
    expect(texts).toEqual(['A'])
  })

  test.each(['keys', 'field'] as const)('a text that is cut in two goes on where its beginning was brought (%s)', async (way) => {
    const [before, after] = [scanner(), scanner()]
    if (way === 'keys') before.type('TEA')
    else before.put('TEA')
    after.bring(before.stop())
    await before.wait(300)
    after.type('-1')
    after.end('enter')
    await after.wait(0)
    expect([before.texts, after.texts]).toEqual([[], ['TEA-1']])
  })
})

describe('a sign in place of the GS1 separator', () => {
  const label = '010400638133393110L1|17261231'
  test('is put right where the text then reads as GS1', () => {
    expect(separated(label, '|', 2026)).toBe('010400638133393110L1\u001d17261231')
  })
  test('stays in an own code', () => expect(separated('A|B', '|', 2026)).toBe('A|B'))
  test('stays when another sign was chosen', () => expect(separated(label, '^', 2026)).toBe(label))
  test('control characters are shown', () => expect(visible('a\u001db\r')).toBe('a‹GS›b‹CR›'))
})

test('what is held waits: for the screen that was asked for, or for this one if that does not come', async () => {
  const { type, end, hold, stop, wait, texts } = scanner()
  hold(true)
  type('A')
  end('enter')
  await wait(500)
  expect(texts).toEqual([])
  hold(false)
  await wait(0)
  expect(texts).toEqual(['A'])
  hold(true)
  type('B')
  end('enter')
  expect(stop()).toEqual({ texts: ['B'], half: '' })
})

describe('while one screen gives way to the next', () => {
  /** A page with nothing on it but what a scanner types. */
  function page() {
    const document = new EventTarget()
    vi.stubGlobal('document', document)
    vi.stubGlobal('HTMLElement', class {})
    const heard: string[][] = []
    const screen = () => {
      const texts: string[] = []
      heard.push(texts)
      return listen(Object.assign(new EventTarget(), { value: '' }) as unknown as HTMLTextAreaElement, (text) => void texts.push(text))
    }
    const type = (...keys: string[]) => keys.forEach((key) => document.dispatchEvent(Object.assign(new Event('keydown', { cancelable: true }), { key })))
    return { heard, screen, type }
  }
  afterEach(() => vi.unstubAllGlobals())

  test('a scan that begins on one and ends on the next is one', async () => {
    const { heard, screen, type } = page()
    const first = screen()
    type(...'TEA')
    first.stop()
    await vi.advanceTimersByTimeAsync(200)
    const second = screen()
    type(...'-1', 'Enter')
    await vi.advanceTimersByTimeAsync(0)
    second.stop()
    screen().stop()
    expect(heard).toEqual([[], ['TEA-1'], []])
  })

  test('scans that come in between wait, also behind one that was cut', async () => {
    const { heard, screen, type } = page()
    const first = screen()
    type(...'A-')
    first.stop()
    type('1', 'Enter', ...'B-2', 'Enter', ...'C-')
    const second = screen()
    type('3', 'Enter')
    await vi.advanceTimersByTimeAsync(0)
    second.stop()
    screen().stop()
    expect(heard).toEqual([[], ['A-1', 'B-2', 'C-3'], []])
  })
})
