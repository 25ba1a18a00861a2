/** Looks at a video frame by frame: cuts out what the person aims at, has it read, and says what was seen. */

import type { Sight } from '../domain/sightings'
import { tiles } from '../domain/shelf'
import { back, middle, shown, shrunk, type Box, type Size } from '../domain/view'
import { decode } from './decode'
import { readBySystem } from './native'
import type { Effort } from './decoder'
import { NoCamera } from './stream'

/** Enough for small codes at arm's length; more only costs time. */
const LONGEST = 960
/** A picture from the camera's own app may show a whole shelf. */
const LONGEST_PICTURE = 1920
/** As wide as a label on a picture of a shelf. */
const OVERLAP = 480
/** Between two frames: codes do not run away, and phones get hot. */
const REST_MS = 40
/** Most frames quickly, some with more patience: small print, turned codes, light on dark. */
const ROUND: Effort[] = ['quick', 'harder', 'quick', 'full']
/** The frame in the view: as much of it is read. */
export const FRAME = { across: 0.92, down: 0.8 }

export interface Watch {
  stop: () => void
  /** A frame is not looked at while paused; the picture goes on. */
  pause: (yes: boolean) => void
}

export interface Look {
  video: HTMLVideoElement
  /** The size of the video on the screen. */
  pane: () => Size
  /** All of the view rather than the frame in it. */
  whole: () => boolean
  /** Corners in pixels of the video. `patient`: nothing readable was missed. Gives whether a closer look is needed. */
  onSights: (sights: Sight[], patient: boolean) => Promise<boolean> | boolean
  onTrouble: (trouble: NoCamera) => void
}

/** Look until stopped. One frame at a time: a slow phone sees fewer, never a queue of old ones. */
export function watch(look: Look): Watch {
  let stopped = false
  let paused = false
  let round = 0
  let closer = false

  const next = async () => {
    if (stopped) return
    if (!paused && look.video.videoWidth > 0 && document.visibilityState === 'visible') {
      try {
        const effort = closer ? 'settle' : ROUND[round++ % ROUND.length]
        const sights = await readFrame(look, effort)
        closer = !stopped && !paused && (await look.onSights(sights, effort !== 'quick'))
      } catch (error) {
        stopped = true
        look.onTrouble(error instanceof NoCamera ? error : new NoCamera('decoder'))
      }
    }
    setTimeout(() => void next(), paused ? 150 : closer ? 0 : REST_MS)
  }
  void next()
  return { stop: () => void (stopped = true), pause: (yes) => void (paused = yes) }
}

async function readFrame({ video, pane, whole }: Look, effort: Effort): Promise<Sight[]> {
  const view = shown({ width: video.videoWidth, height: video.videoHeight }, pane())
  const box = whole() ? view : middle(view, FRAME.across, FRAME.down)
  const drawn = shrunk(box, LONGEST)
  const picture = cut(video, box, drawn)
  const sights = (effort === 'quick' && (await readBySystem(picture))) || (await decode(picture, effort))
  return sights.map((sight) => ({ ...sight, corners: sight.corners.map((corner) => back(corner, drawn, box)) }))
}

/** Every code in a picture that was taken with the camera's own app, or is on the phone. */
export async function readPicture(image: CanvasImageSource, size: Size): Promise<Sight[]> {
  const drawn = shrunk(size, LONGEST_PICTURE)
  return decode(cut(image, { x: 0, y: 0, ...size }, drawn), 'full')
}

/** Every code on a picture of a whole shelf: piece by piece, as it was taken. */
export async function readShelf(image: CanvasImageSource, size: Size): Promise<Sight[]> {
  const found = new Map<string, Sight>()
  for (const box of tiles(size, LONGEST_PICTURE, OVERLAP)) {
    const sights = await decode(cut(image, box, box), 'full')
    for (const { corners, ...sight } of sights) {
      if (!found.has(sight.text)) found.set(sight.text, { ...sight, corners: corners.map(({ x, y }) => ({ x: x + box.x, y: y + box.y })) })
    }
  }
  return Array.from(found.values())
}

let canvas: HTMLCanvasElement | null = null

function cut(image: CanvasImageSource, box: Box, drawn: Size): ImageData {
  canvas ??= document.createElement('canvas')
  canvas.width = drawn.width
  canvas.height = drawn.height
  const pen = canvas.getContext('2d', { willReadFrequently: true, alpha: false })
  if (!pen) throw new NoCamera('decoder')
  pen.drawImage(image, box.x, box.y, box.width, box.height, 0, 0, drawn.width, drawn.height)
  return pen.getImageData(0, 0, drawn.width, drawn.height)
}
