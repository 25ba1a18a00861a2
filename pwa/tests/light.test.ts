/** Other lights: what they take out of a picture, and what they leave. */

import { expect, test } from 'vitest'
import { inLight } from '../src/scanner/light'

const [WIDTH, HEIGHT] = [240, 90]

/** Bars of four pixels, dark on light, in a light that falls off from left to right. */
function barsInShadow(contrast: number): ImageData {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4)
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const x = at % WIDTH
    const light = 200 - (x * 160) / WIDTH
    data.fill(light - (Math.floor(x / 4) % 2 ? contrast : 0), at * 4, at * 4 + 3)
    data[at * 4 + 3] = 255
  }
  return { data, width: WIDTH, height: HEIGHT } as ImageData
}

const row = ({ data }: ImageData) => Array.from({ length: WIDTH }, (_, x) => data[(45 * WIDTH + x) * 4])

test('bars in a shadow become as light and as dark as those beside it', () => {
  const before = row(barsInShadow(24))
  const after = row(inLight(barsInShadow(24), 'even'))
  const isDark = (x: number) => Math.floor(x / 4) % 2 === 1

  const one = (of: number[], dark: boolean) => of.filter((_, x) => isDark(x) === dark && x > 16 && x < WIDTH - 16)
  expect(Math.max(...one(before, true))).toBeGreaterThan(Math.min(...one(before, false)))
  expect(Math.max(...one(after, true))).toBeLessThan(128)
  expect(Math.min(...one(after, false))).toBeGreaterThan(128)
})

test('an even picture stays even, whatever its size', () => {
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [8, 8],
    [33, 17],
  ]) {
    const plain = { data: new Uint8ClampedArray(width * height * 4).fill(90), width, height } as ImageData
    const after = inLight(plain, 'even')
    expect([after.width, after.height, after.data.length]).toEqual([width, height, plain.data.length])
    expect(new Set(after.data)).toEqual(new Set([128, 255]))
    expect(new Set(inLight(plain, 'crisp').data)).toEqual(new Set([90, 255]))
  }
})

test('a soft edge becomes a crisp one', () => {
  const soft = barsInShadow(0)
  for (let at = 0; at < WIDTH * HEIGHT; at++) soft.data.fill(120 + 40 * Math.tanh(((at % WIDTH) - 120) / 6), at * 4, at * 4 + 3)

  const steepest = (of: number[]) => Math.max(...of.slice(1).map((value, x) => value - of[x]))
  expect(steepest(row(inLight(soft, 'crisp')))).toBeGreaterThan(1.5 * steepest(row(soft)))
})
