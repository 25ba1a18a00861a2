import { beforeEach, describe, expect, test, vi } from 'vitest'

const LOST = 'Failed to fetch dynamically imported module: https://x/assets/a.js'

beforeEach(() => {
  vi.resetModules()
  const kept = new Map<string, string>()
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
  vi.stubGlobal('sessionStorage', store)
  vi.stubGlobal('localStorage', store)
  vi.stubGlobal('location', { assign: vi.fn(), protocol: 'https:' })
  vi.stubGlobal('window', { isSecureContext: true })
  vi.stubGlobal('navigator', { onLine: true, language: 'en' })
  const root = { classList: { toggle: vi.fn() }, dataset: {} }
  vi.stubGlobal('document', { addEventListener: vi.fn(), createElement: () => ({}), documentElement: root })
})

describe('a lost part', () => {
  test.each([LOST, 'Importing a module script failed.', 'error loading dynamically imported module: x', 'Unable to preload CSS for /assets/a.css'])('is told by "%s"', async (words) => {
    const { mayReload } = await import('../src/state/update')
    expect(mayReload(new Error(words), null, Date.now())).toBe(true)
  })

  test('is mended by one fresh page, not by a second right after', async () => {
    const { mendLostParts } = await import('../src/state/update')
    const { partLost } = await import('../src/state/lost')
    mendLostParts(new Error(LOST), '/queue')
    mendLostParts(new Error(LOST), '/queue')
    expect(location.assign).toHaveBeenCalledTimes(1)
    expect(location.assign).toHaveBeenCalledWith('/queue')
    expect(partLost.value).toBe(true)
  })

  test('may be mended again by the next deployment', async () => {
    const { mayReload } = await import('../src/state/update')
    expect(mayReload(new Error(LOST), String(Date.now() - 120_000), Date.now())).toBe(true)
  })

  test('without a network is said, and the page stays', async () => {
    vi.stubGlobal('navigator', { onLine: false, language: 'en' })
    const { mendLostParts } = await import('../src/state/update')
    const { partLost } = await import('../src/state/lost')
    mendLostParts(new Error(LOST), '/queue')
    expect(location.assign).not.toHaveBeenCalled()
    expect(partLost.value).toBe(true)
  })

  test('any other error is none', async () => {
    const { mendLostParts } = await import('../src/state/update')
    const { partLost } = await import('../src/state/lost')
    mendLostParts(new Error('boom'), '/queue')
    expect([partLost.value, vi.mocked(location.assign).mock.calls.length]).toEqual([false, 0])
  })
})

describe("the phone's clock", () => {
  test.each([
    [-58 * 60_000, 58],
    [3 * 60_000, -3],
    [-59_999, 0],
    [412, 0],
  ])('an offset of %i ms is %i minutes ahead', async (offset, ahead) => {
    const { hearClock, minutesAhead } = await import('../src/state/connection')
    hearClock(offset)
    expect(minutesAhead.value + 0).toBe(ahead)
  })
})

describe('basic mode', () => {
  const asked = (page: string) => vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(page))))

  test('is no matter where the page is secure', async () => {
    const { basic } = await import('../src/state/basic')
    expect(basic.value).toBe(false)
  })
  test('knows the way out when this port has the set-up page', async () => {
    vi.stubGlobal('window', { isSecureContext: false })
    vi.stubGlobal('location', { protocol: 'http:' })
    asked('<h1>Set up</h1>')
    const { basic, findSetUp, setUpAt } = await import('../src/state/basic')
    await findSetUp()
    expect([basic.value, setUpAt.value]).toEqual([true, '/setup'])
  })
  test("does not take the app's own shell for it", async () => {
    vi.stubGlobal('window', { isSecureContext: false })
    vi.stubGlobal('location', { protocol: 'http:' })
    asked('<div id="app"></div>')
    const { findSetUp, setUpAt } = await import('../src/state/basic')
    await findSetUp()
    expect(setUpAt.value).toBeNull()
  })

  test.each([
    ['http://10.0.0.5:8000/', 'http://10.0.0.5:8000/setup'],
    ['http://evil.example:8000/', null],
    ['https://10.0.0.5:8443/', null],
  ])('after coming from %s leads back to %s', async (came, back) => {
    vi.stubGlobal('location', { protocol: 'https:', hostname: '10.0.0.5' })
    const { basic, certificateRefused, rememberSetUp, setUpAt } = await import('../src/state/basic')
    rememberSetUp(came)
    certificateRefused()
    expect([basic.value, setUpAt.value]).toEqual([true, back])
  })
})
