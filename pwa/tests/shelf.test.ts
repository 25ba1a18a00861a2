/** A picture of a shelf: what belongs to what, by where it is. */

import { describe, expect, test } from 'vitest'
import { nearest, onOneLabel, tiles } from '../src/domain/shelf'

const box = (x: number, y: number, width = 100, height = 40) => ({
  corners: [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ],
})

describe('a label belongs to the bin label that is nearest', () => {
  const [left, right] = [box(0, 500), box(1000, 500)]

  test.each([
    [box(20, 100), left],
    [box(800, 480), right],
    [box(480, 0), left],
  ])('%#', (label, bin) => expect(nearest(label, [left, right])).toBe(bin))

  test('and to none where there is none', () => expect(nearest(left, [])).toBeNull())
})

test.each([
  ['beside each other', box(0, 0), box(150, 0), true],
  ['one under the other', box(0, 0), box(0, 60), true],
  ['one within the other', box(0, 0), box(10, 5, 20, 20), true],
  ['a shelf apart', box(0, 0), box(0, 300), false],
  ['a hand apart', box(0, 0), box(260, 0), false],
])('two codes are of one label when they lie %s: %#', (_, one, other, yes) => expect(onOneLabel(one, other)).toBe(yes))

describe('pieces of a picture', () => {
  test('a small picture is one piece', () => expect(tiles({ width: 1200, height: 900 }, 1920, 480)).toEqual([{ x: 0, y: 0, width: 1200, height: 900 }]))

  test.each([
    [4000, 3000],
    [1921, 700],
    [3000, 4000],
  ])('cover %i × %i, and no label as wide as the overlap is cut by all of them', (width, height) => {
    const pieces = tiles({ width, height }, 1920, 480)
    for (let x = 0; x + 480 <= width; x += 37) {
      for (let y = 0; y + 480 <= height; y += 53) {
        expect(pieces.some((one) => one.x <= x && one.y <= y && x + 480 <= one.x + one.width && y + 480 <= one.y + one.height)).toBe(true)
      }
    }
    expect(pieces.every(({ x, y, width: wide, height: high }) => wide <= 1920 && high <= 1920 && x + wide <= width && y + high <= height)).toBe(true)
  })
})
