/**
 * A picture from the phone's camera as evidence: upright, at most 1,600 px, a JPEG of a few hundred KB.
 *
 * Works without TLS too: the camera's own app takes the picture, and a file input hands it over. What the camera wrote into
 * the file (place, owner) is gone with the first drawing.
 */

import { fitted, LONG_SIDE } from '../domain/fit'
import { sha256 } from '../domain/sha256'
import type { Taken } from '../outbox/kept'
import { newId } from '../outbox/outbox'

const QUALITY = 0.7
const KIND = 'image/jpeg'

/** The file is no picture, or none that this phone can open. */
export class NoPicture extends Error {}

export interface Drawable {
  width: number
  height: number
  image: CanvasImageSource
  done: () => void
}

/** Scale it to at most `most` pixels on the long side, and give it an id. Raises `NoPicture`. */
export async function pictureOf(file: Blob, most = LONG_SIDE, now = new Date()): Promise<Taken> {
  const drawable = await opened(file)
  try {
    const size = fitted(drawable, most)
    const bytes = await drawn(drawable, size)
    return { id: newId(now.getTime()), kind: KIND, bytes, ...size, sha256: await fingerprint(bytes), at: now.toISOString() }
  } finally {
    drawable.done()
  }
}

/** Browsers before 2021 do not know `from-image`, or no bitmaps at all; there an `<img>` turns the picture upright. */
export async function opened(file: Blob): Promise<Drawable> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    return { width: bitmap.width, height: bitmap.height, image: bitmap, done: () => bitmap.close() }
  } catch {
    return byImage(file)
  }
}

async function byImage(file: Blob): Promise<Drawable> {
  const address = URL.createObjectURL(file)
  const done = () => URL.revokeObjectURL(address)
  const image = new Image()
  try {
    await new Promise((loaded, lost) => {
      image.onload = loaded
      image.onerror = lost
      image.src = address
    })
  } catch {
    done()
    throw new NoPicture()
  }
  return { width: image.naturalWidth, height: image.naturalHeight, image, done }
}

async function drawn({ image }: Drawable, { width, height }: { width: number; height: number }): Promise<ArrayBuffer> {
  const canvas = canvasOf(width, height)
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null
  if (!pen) throw new NoPicture()
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(image, 0, 0, width, height)
  const blob = 'convertToBlob' in canvas ? await canvas.convertToBlob({ type: KIND, quality: QUALITY }) : await blobOf(canvas)
  // Reading through `Response` works where `Blob.arrayBuffer` does not exist yet.
  if (blob?.type === KIND) return new Response(blob).arrayBuffer()
  throw new NoPicture()
}

function canvasOf(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  try {
    const canvas = new OffscreenCanvas(width, height)
    if (canvas.getContext('2d')) return canvas
  } catch {
    // Not there, or not for pictures.
  }
  return Object.assign(document.createElement('canvas'), { width, height })
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, KIND, QUALITY))
}

/** The server wants it with every part; browsers give `crypto.subtle` to https pages only. */
async function fingerprint(bytes: ArrayBuffer): Promise<string> {
  if (!globalThis.crypto?.subtle) return sha256(new Uint8Array(bytes))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
