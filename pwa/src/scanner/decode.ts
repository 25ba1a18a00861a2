/** The worker that reads codes: one for the session, started when first needed, and again if it broke. */

import type { Sight } from '../domain/sightings'
import type { Effort, Reply, Request } from './decoder'
import DecoderWorker from './decoder?worker'

/** This browser cannot run the decoder: too old, or the part is not on the phone yet. */
export class NoDecoder extends Error {}

/** The first picture waits for the decoder itself to be fetched and compiled. */
const PATIENCE_MS = 20_000

let worker: Worker | null = null
let count = 0
const asked = new Map<number, { done: (reply: Reply) => void; lost: (error: Error) => void; timer: ReturnType<typeof setTimeout> }>()

/** How long the last picture took inside the decoder. */
export let lastDecodeMs = 0

/** Every code in a picture; corners in its pixels. Takes the pixels away from who asks. Raises `NoDecoder`. */
export async function decode({ data, width, height }: ImageData, effort: Effort): Promise<Sight[]> {
  const id = ++count
  const pixels = data.buffer as ArrayBuffer
  const reply = await new Promise<Reply>((done, lost) => {
    const timer = setTimeout(() => giveUp('no answer'), PATIENCE_MS)
    asked.set(id, { done, lost, timer })
    started().postMessage({ id, width, height, pixels, effort } satisfies Request, [pixels])
  })
  if (reply.failed) {
    giveUp(reply.failed)
    throw new NoDecoder(reply.failed)
  }
  lastDecodeMs = reply.ms
  return reply.sights
}

function started(): Worker {
  if (worker) return worker
  worker = new DecoderWorker()
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const one = asked.get(data.id)
    asked.delete(data.id)
    clearTimeout(one?.timer)
    one?.done(data)
  })
  worker.addEventListener('error', (event) => giveUp(event.message || 'the worker could not start'))
  return worker
}

function giveUp(why: string): void {
  worker?.terminate()
  worker = null
  asked.forEach(({ lost, timer }) => {
    clearTimeout(timer)
    lost(new NoDecoder(why))
  })
  asked.clear()
}
