/**
 * Reads codes in pictures, in a worker of its own so that the screen never waits. zxing-cpp, compiled to WebAssembly,
 * from our own origin.
 *
 * A GS1 symbol is handed on as scanners do it: AIM identifier, then the element string with ASCII 29 between its parts.
 */

import { prepareZXingModule, readBarcodes, type ReaderOptions, type ReadResult } from 'zxing-wasm/reader'
import address from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { Sight } from '../domain/sightings'
import { inLight, type Light } from './light'

/** `quick` for most frames; `harder` for small print; `settle` to see what else is there; `full` also for light on dark. */
export type Effort = 'quick' | 'harder' | 'settle' | 'full'

export interface Request {
  id: number
  width: number
  height: number
  pixels: ArrayBuffer
  effort: Effort
}

/** `pixels` come back so that nothing has to be allocated anew. */
export interface Reply {
  id: number
  sights: Sight[]
  ms: number
  failed?: string
}

const CARRIERS = ['C1', 'd2', 'Q3', 'e0', 'e1', 'e2', 'J1']
const WEAK = ['ITF', 'Codabar', 'Code39Std', 'Code39', 'UPCE', 'EAN8']
const FORMATS: NonNullable<ReaderOptions['formats']> = [
  ...(['EAN13', 'EAN8', 'UPCA', 'UPCE', 'Code128', 'Code93', 'Code39Std', 'ITF', 'Codabar'] as const),
  ...(['DataBarOmni', 'DataBarStk', 'DataBarStkOmni', 'DataBarLtd', 'DataBarExp', 'DataBarExpStk'] as const),
  ...(['QRCode', 'MicroQRCode', 'DataMatrix', 'Aztec', 'PDF417'] as const),
]
const COMMON: ReaderOptions = { formats: FORMATS, textMode: 'Plain', maxNumberOfSymbols: 60 }
const EFFORTS: Record<Effort, ReaderOptions> = {
  quick: { ...COMMON, tryHarder: false, tryRotate: true, tryInvert: false, tryDownscale: false },
  harder: { ...COMMON, tryHarder: true, tryRotate: false, tryInvert: false, tryDownscale: true },
  settle: { ...COMMON, tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: false },
  full: { ...COMMON, tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true },
}
/** These look again in another light if there is nothing to be read in plain. */
const PATIENT: Effort[] = ['settle', 'full']
let light: Light = 'even'

const worker = self as unknown as Worker
prepareZXingModule({ overrides: { locateFile: () => address } })

worker.addEventListener('message', (event: MessageEvent<Request>) => void answer(event.data))

async function answer({ id, width, height, pixels, effort }: Request): Promise<void> {
  const began = performance.now()
  try {
    const picture = { data: new Uint8ClampedArray(pixels), width, height } as ImageData
    const inPlain = await sightsIn(picture, EFFORTS[effort])
    const sights = inPlain.length === 0 && PATIENT.includes(effort) ? await inOtherLight(picture) : inPlain
    worker.postMessage({ id, sights, ms: performance.now() - began } satisfies Reply)
  } catch (error) {
    worker.postMessage({ id, sights: [], ms: 0, failed: String(error) } satisfies Reply)
  }
}

/** One light a frame; the one in which something was read is used again, or a code would come and go. */
async function inOtherLight(picture: ImageData): Promise<Sight[]> {
  const sights = await sightsIn(inLight(picture, light), EFFORTS.settle)
  if (sights.length === 0) light = light === 'even' ? 'crisp' : 'even'
  return sights
}

async function sightsIn(picture: ImageData, options: ReaderOptions): Promise<Sight[]> {
  const found = await readBarcodes(picture, options)
  return found.filter(({ isValid, text }) => isValid && text !== '').map(sightOf)
}

function sightOf({ text, format, symbologyIdentifier, position }: ReadResult): Sight {
  const aim = symbologyIdentifier.slice(1)
  const { topLeft, topRight, bottomRight, bottomLeft } = position
  const corners = [topLeft, topRight, bottomRight, bottomLeft].map(({ x, y }) => ({ x, y }))
  return { text: CARRIERS.includes(aim) ? `]${aim}${text}` : text, corners, weak: WEAK.includes(format) }
}
