/**
 * The camera's picture: one stream for the session, since asking again asks the person again on some phones.
 *
 * It is stopped whenever the app goes to the back, and a while after nobody looks: a lamp and a hot phone for nothing would
 * be the price of keeping it. Some home-screen apps get a black stream after that; then it is asked for once more.
 */

/** Why there is no picture. */
export type Trouble = 'insecure' | 'unsupported' | 'denied' | 'none' | 'busy' | 'black' | 'decoder'

export class NoCamera extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble)
  }
}

const BLACK_MS = 2000
const LINGER_MS = 120_000
const WISHES: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
}

let stream: MediaStream | null = null
let asking: Promise<MediaStream> | null = null
let lingering: ReturnType<typeof setTimeout> | undefined
let following = false

/** Show the camera in a video element; gives its track. Raises `NoCamera`. */
export async function show(video: HTMLVideoElement): Promise<MediaStreamTrack> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const picture = await open()
    if (video.srcObject !== picture) video.srcObject = picture
    void video.play()?.catch(() => undefined)
    if (await hasPicture(video)) return picture.getVideoTracks()[0]
    stop()
    video.srcObject = null
  }
  throw new NoCamera('black')
}

/** Nobody looks any more: the stream goes on for a while, as the next look is often near. */
export function look(away: boolean): void {
  clearTimeout(lingering)
  if (away && stream) lingering = setTimeout(stop, LINGER_MS)
}

/** Stop all tracks: the lamp at the camera goes out. */
export function stop(): void {
  clearTimeout(lingering)
  stream?.getTracks().forEach((track) => track.stop())
  stream = null
}

async function open(): Promise<MediaStream> {
  look(false)
  if (stream?.getVideoTracks().some(({ readyState }) => readyState === 'live')) return stream
  asking ??= ask().finally(() => (asking = null))
  return asking
}

async function ask(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera(window.isSecureContext ? 'unsupported' : 'insecure')
  followHiding()
  try {
    stream = await navigator.mediaDevices.getUserMedia(WISHES)
  } catch (error) {
    throw new NoCamera(troubleOf(error))
  }
  // Somebody may have put the app away while the phone was asking.
  if (document.visibilityState === 'hidden') stop()
  if (!stream) throw new NoCamera('busy')
  return stream
}

/** What browsers call it, in the words of the floor. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none'
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'unsupported'
}

function followHiding(): void {
  if (following) return
  following = true
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && stop())
  window.addEventListener('pagehide', stop)
}

/** A stream without a size is a black one. */
async function hasPicture(video: HTMLVideoElement): Promise<boolean> {
  for (const until = Date.now() + BLACK_MS; Date.now() < until; ) {
    if (video.videoWidth > 0) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return video.videoWidth > 0
}

/** What this camera can do beside showing. `zooms`: the steps it offers, from 1 on. */
export interface Powers {
  torch: boolean
  zooms: number[]
}

type Wide = MediaTrackCapabilities & { torch?: boolean; zoom?: { min: number; max: number }; focusMode?: string[] }

/** Ask the track what it can do, and for focus without end. */
export async function powersOf(track: MediaStreamTrack): Promise<Powers> {
  const can = (track.getCapabilities?.() ?? {}) as Wide
  if (can.focusMode?.includes('continuous')) await applied(track, { focusMode: 'continuous' })
  const { min = 1, max = 1 } = can.zoom ?? {}
  return { torch: can.torch === true, zooms: [1, 2, 4].map((times) => times * Math.max(min, 1)).filter((zoom) => zoom <= max) }
}

export function light(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  return applied(track, { torch: on })
}

export function zoom(track: MediaStreamTrack, to: number): Promise<boolean> {
  return applied(track, { zoom: to })
}

/** Not in TypeScript's book, and not on every phone: gives whether it was done. */
async function applied(track: MediaStreamTrack, wish: Record<string, unknown>): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] })
    return true
  } catch {
    return false
  }
}
