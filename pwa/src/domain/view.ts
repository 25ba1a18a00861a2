/** Where things lie in a picture, and where on the screen: a video fills its pane and is cut off at two sides. */

export interface Point {
  x: number
  y: number
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

/** The part of the picture that shows in a pane which it fills (`object-fit: cover`), in pixels of the picture. */
export function shown(picture: Size, pane: Size): Box {
  const whole = { x: 0, y: 0, ...picture }
  if (!(pane.width > 0 && pane.height > 0)) return whole
  const scale = Math.max(pane.width / picture.width, pane.height / picture.height)
  return middle(whole, pane.width / scale / picture.width, pane.height / scale / picture.height)
}

/** The middle of a box: `across` and `down` as parts of one. */
export function middle(box: Box, across: number, down: number): Box {
  const [width, height] = [Math.round(box.width * across), Math.round(box.height * down)]
  return { x: box.x + Math.round((box.width - width) / 2), y: box.y + Math.round((box.height - height) / 2), width, height }
}

/** How small a box has to be drawn so that no side is longer than `longest`; never larger than it is. */
export function shrunk({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** A point of the drawn box, in pixels of the picture that the box was cut from. */
export function back({ x, y }: Point, drawn: Size, box: Box): Point {
  return { x: box.x + (x * box.width) / drawn.width, y: box.y + (y * box.height) / drawn.height }
}
