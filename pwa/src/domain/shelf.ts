/** What one picture of a shelf shows: which labels belong together, and to which bin. Pure sums over corners. */

import type { Box, Point, Size } from './view'

/** One label in the picture; corners in its pixels. */
export interface Spot {
  corners: Point[]
}

/** Two codes of one label lie no further apart than the larger of them is long. */
const ONE_LABEL = 1

/** The spot whose middle is nearest: what hangs on a shelf belongs to the bin label beside it. */
export function nearest<T extends Spot>(spot: Spot, among: readonly T[]): T | null {
  const here = middleOf(spot)
  const far = ({ x, y }: Point) => Math.hypot(x - here.x, y - here.y)
  return among.reduce<T | null>((best, one) => (best && far(middleOf(best)) <= far(middleOf(one)) ? best : one), null)
}

/** Are these two codes of one label? */
export function onOneLabel(one: Spot, other: Spot): boolean {
  const [first, second] = [boxOf(one), boxOf(other)]
  const across = Math.max(first.x, second.x) - Math.min(first.x + first.width, second.x + second.width)
  const down = Math.max(first.y, second.y) - Math.min(first.y + first.height, second.y + second.height)
  return Math.max(across, down) <= ONE_LABEL * Math.max(longest(first), longest(second))
}

/** Boxes that cover a picture, none larger than `most`, each reaching into its neighbours so that no label is cut by all. */
export function tiles({ width, height }: Size, most: number, overlap: number): Box[] {
  const [columns, rows] = [starts(width, most, overlap), starts(height, most, overlap)]
  return rows.flatMap(([y, down]) => columns.map(([x, across]) => ({ x, y, width: across, height: down })))
}

function starts(length: number, most: number, overlap: number): [number, number][] {
  if (length <= most) return [[0, length]]
  const count = Math.ceil((length - overlap) / (most - overlap))
  return Array.from({ length: count }, (_, place) => [Math.round((place * (length - most)) / (count - 1)), most])
}

function middleOf({ corners }: Spot): Point {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return { x: mean(corners.map(({ x }) => x)), y: mean(corners.map(({ y }) => y)) }
}

function boxOf({ corners }: Spot): Box {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

function longest({ width, height }: Box): number {
  return Math.max(width, height)
}
