/** How large a picture is kept and shown: pure sums, no pixels. */

/** 1,600 px show a label a metre away, in 200–300 KB. */
export const LONG_SIDE = 1600
/** A whole shelf: of sixty labels four pixels in five cost three, and half of them nearly all. */
export const SHELF_SIDE = 4000

export interface Size {
  width: number
  height: number
}

/** The same shape with no side longer than `most`; smaller pictures stay as they are. At least one pixel each way. */
export function fitted({ width, height }: Size, most: number): Size {
  const share = Math.min(1, most / Math.max(width, height, 1))
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) }
}

/** What of a picture is in sight: magnified so often, shifted so many px from the middle. */
export interface Sight {
  scale: number
  x: number
  y: number
}

export const WHOLE: Sight = { scale: 1, x: 0, y: 0 }
export const LARGEST = 8

/** Magnify by a factor about a point (px from the middle of the box); the point stays under the finger. */
export function magnified(sight: Sight, factor: number, at: { x: number; y: number }, box: Size): Sight {
  const scale = Math.min(LARGEST, Math.max(1, sight.scale * factor))
  const by = scale / sight.scale
  return held({ scale, x: at.x - (at.x - sight.x) * by, y: at.y - (at.y - sight.y) * by }, box)
}

export function shifted(sight: Sight, by: { x: number; y: number }, box: Size): Sight {
  return held({ ...sight, x: sight.x + by.x, y: sight.y + by.y }, box)
}

/** The picture never leaves the box; whole, it lies in the middle. */
function held({ scale, x, y }: Sight, { width, height }: Size): Sight {
  const [right, down] = [((scale - 1) * width) / 2, ((scale - 1) * height) / 2]
  return { scale, x: Math.min(right, Math.max(-right, x)) || 0, y: Math.min(down, Math.max(-down, y)) || 0 }
}
