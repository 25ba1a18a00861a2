import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Chosen } from '../src/domain/count'
import { readLabel } from '../src/domain/gs1'
import { addsNothing, isRest, joined } from '../src/domain/join'
import { afterFrame, believed, choose, GONE_MS, HOLD_MS, taking, unsettled, type Fit, type InView, type Sight } from '../src/domain/sightings'
import { swept, type Swept } from '../src/domain/sweep'
import { back, middle, shown, shrunk } from '../src/domain/view'
import { forgetSystemReader, readBySystem } from '../src/scanner/native'
import { NoCamera, powersOf, show, stop, troubleOf } from '../src/scanner/stream'

const YEAR = 2026
const label = (text: string) => readLabel(text, YEAR)

function sight(text: string, weak = false): Sight {
  return { text, weak, corners: [] }
}

/** Frames of 100 ms, each with the codes that were read in it. */
function film(...frames: string[][]): { inView: InView[]; now: number } {
  let inView: InView[] = []
  frames.forEach((texts, place) => (inView = afterFrame(inView, texts.map((text) => sight(text)), place * 100)))
  return { inView, now: (frames.length - 1) * 100 }
}

const as = (fits: Record<string, Fit>) => (text: string) => fits[text] ?? 'possible'

describe('a code counts again only after it has left the view', () => {
  test('while it is seen, or blurred for a moment, it stays the same code', () => {
    let { inView, now } = film(['A'])
    inView = taking(inView, 'A')
    for (const texts of [['A'], [], [], ['A']]) inView = afterFrame(inView, texts.map((text) => sight(text)), (now += 200))
    expect(choose(inView, as({}), now).take).toBeNull()
    expect(inView).toMatchObject([{ text: 'A', taken: true, since: 0 }])
  })

  test('unseen for a second it is new', () => {
    let inView = taking(film(['A']).inView, 'A')
    inView = afterFrame(inView, [], 500)
    inView = afterFrame(inView, [], GONE_MS + 1)
    expect(inView).toEqual([])
    inView = afterFrame(inView, [sight('A')], GONE_MS + 100)
    expect(choose(inView, as({}), GONE_MS + 100).take?.text).toBe('A')
  })

  test('one late frame without it is no proof that it left', () => {
    const inView = afterFrame(taking(film(['A']).inView, 'A'), [], 3 * GONE_MS)
    expect(inView).toMatchObject([{ text: 'A', taken: true }])
  })
})

describe('which code is meant', () => {
  test('the only one in view', () => {
    const { inView, now } = film(['A'])
    expect(choose(inView, as({}), now)).toMatchObject({ take: { text: 'A' }, ask: [] })
  })

  test('the only one that the screen wants, among several', () => {
    const { inView, now } = film(['A', 'B', 'C'])
    expect(choose(inView, as({ B: 'wanted' }), now)).toMatchObject({ take: { text: 'B' }, ask: [] })
  })

  test('of two that are wanted, the one that is tapped', () => {
    const { inView, now } = film(['A', 'B', 'C'])
    const { take, ask } = choose(inView, as({ A: 'wanted', B: 'wanted' }), now)
    expect(take).toBeNull()
    expect(ask.map(({ text }) => text)).toEqual(['A', 'B', 'C'])
  })

  test('not before a patient look has shown what else is there', () => {
    const quick = afterFrame([], [sight('A')], 0, false)
    expect(choose(quick, as({ A: 'wanted' }), 0)).toEqual({ take: null, ask: [] })
    expect(unsettled(quick)).toBe(true)
    const patient = afterFrame(quick, [sight('A'), sight('B')], 60)
    expect(choose(patient, as({}), 60).ask).toHaveLength(2)
    expect(unsettled(patient)).toBe(false)
  })

  test('after one of two was tapped, the other is not taken by itself', () => {
    const { inView, now } = film(['A', 'B'])
    expect(choose(taking(inView, 'A'), as({}), now).take).toBeNull()
  })

  test('the label of the bin in hand is no choice', () => {
    const { inView, now } = film(['BIN', 'A'])
    expect(choose(inView, as({ BIN: 'not-now' }), now).take?.text).toBe('A')
    expect(choose(film(['BIN']).inView, as({ BIN: 'not-now' }), 0)).toEqual({ take: null, ask: [] })
  })

  test('what nobody asked for waits a moment for something better', () => {
    const { inView } = film(['A'])
    expect(choose(inView, as({ A: 'other' }), HOLD_MS - 100).take).toBeNull()
    const still = afterFrame(inView, [sight('A')], HOLD_MS)
    expect(choose(still, as({ A: 'other' }), HOLD_MS).take?.text).toBe('A')
  })

  test('a text that nothing proves needs a second frame that says the same', () => {
    const once = afterFrame([], [sight('123', true)], 0)
    expect(believed(once, 0)).toEqual([])
    expect(choose(once, as({}), 0)).toEqual({ take: null, ask: [] })
    expect(believed(afterFrame(once, [sight('123', true)], 100), 100)).toHaveLength(1)
  })
})

describe('a sweep counts every label once', () => {
  const tally = (...texts: string[]) => texts.reduce<Swept[]>((all, text) => swept(all, text, YEAR), [])

  test('however often it was seen', () => {
    expect(tally('TEA-1', 'TEA-1', 'RICE-1', 'TEA-1').map(({ text }) => text)).toEqual(['TEA-1', 'RICE-1'])
  })

  test('also in another symbology, or as another length of the same number', () => {
    expect(tally('4006381333931', ']C10104006381333931', ']d20104006381333931')).toHaveLength(1)
  })

  test('two serials or two lots of one item are two', () => {
    expect(tally(']d2010400638133393121S1', ']d2010400638133393121S2', ']C1010400638133393110L1')).toHaveLength(3)
  })

  test('two pallets with the same content are two', () => {
    expect(tally(']C100106141412345678908', ']C100106141412345678915')).toHaveLength(2)
  })
})

describe('two codes on one label', () => {
  const tea = { sku: 'TEA', lot: '', expiry: null, serial: null, labelQuantity: null, raw: '4006381333931', method: 'camera' } as unknown as Chosen

  test('lot and expiry join the item, and both texts are kept', () => {
    const rest = label(']C110LOT7\u001d17261231')
    expect(isRest(rest)).toBe(true)
    expect(joined(tea, rest, ']C110LOT7\u001d17261231')).toMatchObject({ lot: 'LOT7', expiry: '2026-12-31', raw: '4006381333931 ]C110LOT7\u001d17261231' })
  })

  test('what names an item, a pallet or an asset by itself is no rest', () => {
    for (const text of ['4006381333931', ']C1010400638133393110L1', ']C100106141412345678908', 'A-01', ']C18004061414112345']) {
      expect(isRest(label(text)), text).toBe(false)
    }
  })

  test('two lots contradict each other', () => {
    expect(joined({ ...tea, lot: 'LOT6' }, label(']C110LOT7'), ']C110LOT7')).toBeNull()
  })

  test('the same label once more adds nothing', () => {
    expect(addsNothing({ ...tea, lot: 'LOT7' }, label(']C110LOT7'))).toBe(true)
    expect(addsNothing({ ...tea, lot: 'LOT7' }, label(']C110LOT7\u001d17261231'))).toBe(false)
  })
})

describe('where things lie', () => {
  test('a video that fills its pane shows its middle', () => {
    expect(shown({ width: 1280, height: 720 }, { width: 360, height: 360 })).toEqual({ x: 280, y: 0, width: 720, height: 720 })
    expect(shown({ width: 720, height: 1280 }, { width: 360, height: 180 })).toEqual({ x: 0, y: 460, width: 720, height: 360 })
    expect(shown({ width: 640, height: 480 }, { width: 0, height: 0 })).toEqual({ x: 0, y: 0, width: 640, height: 480 })
  })

  test('what was found in the cut-out is found again in the video', () => {
    const box = middle({ x: 280, y: 0, width: 720, height: 720 }, 0.5, 0.5)
    expect(box).toEqual({ x: 460, y: 180, width: 360, height: 360 })
    const drawn = shrunk(box, 180)
    expect(drawn).toEqual({ width: 180, height: 180 })
    expect(back({ x: 90, y: 0 }, drawn, box)).toEqual({ x: 640, y: 180 })
    expect(shrunk({ width: 100, height: 50 }, 960)).toEqual({ width: 100, height: 50 })
  })
})

describe("the phone's own reader", () => {
  const picture = {} as ImageData
  const knows = ['code_128', 'code_39', 'ean_13', 'ean_8', 'itf', 'qr_code', 'data_matrix', 'upc_a']
  const corners = [{ x: 0, y: 0 }]

  function phoneWith(detect: () => Promise<unknown>, formats = knows): void {
    forgetSystemReader()
    const maker = Object.assign(class { detect = detect }, { getSupportedFormats: async () => formats })
    vi.stubGlobal('BarcodeDetector', maker)
  }
  const found = (...pairs: [string, string][]) => async () => pairs.map(([format, rawValue]) => ({ format, rawValue, cornerPoints: corners }))

  afterEach(() => vi.unstubAllGlobals())

  test('is believed where the GS1 mark changes nothing', async () => {
    phoneWith(found(['ean_13', '4006381333931'], ['code_128', 'A-01-02']))
    expect((await readBySystem(picture, YEAR))?.map(({ text }) => text)).toEqual(['4006381333931', 'A-01-02'])
    phoneWith(found(['upc_a', '012345678905']))
    expect((await readBySystem(picture, YEAR))?.[0].text).toBe('0012345678905')
  })

  test('is not asked about what may be GS1, nor about what it does not know', async () => {
    phoneWith(found(['code_128', '10LOT7']))
    expect(await readBySystem(picture, YEAR)).toBeNull()
    phoneWith(found(['aztec', 'A-01']))
    expect(await readBySystem(picture, YEAR)).toBeNull()
    phoneWith(found(['ean_13', '4006381333931']), ['qr_code'])
    expect(await readBySystem(picture, YEAR)).toBeNull()
    phoneWith(found())
    expect(await readBySystem(picture, YEAR)).toBeNull()
  })

  test('is dropped for good the moment it errs', async () => {
    const detect = vi.fn(async () => Promise.reject(new Error('service gone')))
    phoneWith(detect)
    expect(await readBySystem(picture, YEAR)).toBeNull()
    expect(await readBySystem(picture, YEAR)).toBeNull()
    expect(detect).toHaveBeenCalledTimes(1)
  })
})

describe('the stream', () => {
  const tracks: { stop: ReturnType<typeof vi.fn>; readyState: string }[] = []
  const getUserMedia = vi.fn()

  function aTrack() {
    const track = { readyState: 'live', stop: vi.fn(() => void (track.readyState = 'ended')) }
    tracks.push(track)
    return { getTracks: () => [track], getVideoTracks: () => [track] }
  }
  function aVideo(width: () => number): HTMLVideoElement {
    return { srcObject: null, play: async () => undefined, get videoWidth() { return width() } } as unknown as HTMLVideoElement
  }

  let hide: () => void
  const page = { visibilityState: 'visible', addEventListener: (_name: string, then: () => void) => void (hide = then) }

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } })
    vi.stubGlobal('document', page)
    vi.stubGlobal('window', { isSecureContext: true, addEventListener: () => undefined })
    getUserMedia.mockReset().mockImplementation(async () => aTrack())
    tracks.length = 0
  })
  afterEach(() => {
    stop()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  test('is asked for once in a session, and stopped when the app goes to the back', async () => {
    await show(aVideo(() => 640))
    await show(aVideo(() => 640))
    expect(getUserMedia).toHaveBeenCalledTimes(1)
    page.visibilityState = 'hidden'
    hide()
    page.visibilityState = 'visible'
    expect(tracks[0].stop).toHaveBeenCalled()
    await show(aVideo(() => 640))
    expect(getUserMedia).toHaveBeenCalledTimes(2)
  })

  test('that stays black for two seconds is stopped and asked for again', async () => {
    const shownNow = show(aVideo(() => (getUserMedia.mock.calls.length > 1 ? 640 : 0)))
    await vi.advanceTimersByTimeAsync(2100)
    await shownNow
    expect(tracks[0].stop).toHaveBeenCalled()
    expect(getUserMedia).toHaveBeenCalledTimes(2)
  })

  test('that is black twice is given up, with a word for it', async () => {
    const given = show(aVideo(() => 0)).catch((error: NoCamera) => error.trouble)
    await vi.advanceTimersByTimeAsync(4300)
    expect(await given).toBe('black')
    expect(tracks.every((track) => track.readyState === 'ended')).toBe(true)
  })

  test('says why there is none', async () => {
    const named = (name: string) => Object.assign(new Error(), { name })
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Strange'].map((name) => troubleOf(named(name)))).toEqual(['denied', 'none', 'busy', 'unsupported'])
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('window', { isSecureContext: false, addEventListener: () => undefined })
    expect(await show(aVideo(() => 0)).catch((error: NoCamera) => error.trouble)).toBe('insecure')
  })

  test('offers light, zoom and lasting focus where the phone can', async () => {
    const applyConstraints = vi.fn(async () => undefined)
    const can = { torch: true, zoom: { min: 1, max: 3 }, focusMode: ['manual', 'continuous'] }
    expect(await powersOf({ getCapabilities: () => can, applyConstraints } as unknown as MediaStreamTrack)).toEqual({ torch: true, zooms: [1, 2] })
    expect(applyConstraints).toHaveBeenCalledWith({ advanced: [{ focusMode: 'continuous' }] })
    expect(await powersOf({ applyConstraints } as unknown as MediaStreamTrack)).toEqual({ torch: false, zooms: [1] })
  })
})
