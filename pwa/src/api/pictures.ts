/** The shapes of photos on the wire, and of the codes that were found on them. */

import type { IdentifyOut } from './catalogue'

/** A photo that the server has, as the last part of it is answered. */
export interface PhotoOut {
  id: string
  sha256: string
  width: number
  height: number
  kind: string
  bytes: number
  symbols: SymbolOut[]
}

/** A code on a photo; `quad`: its corners in pixels of the upright photo. */
export interface SymbolOut {
  text: string
  symbology: string
  quad: number[][]
  gs1?: Record<string, string>
  identified?: IdentifyOut
}

export interface PhotoAboutOut extends PhotoOut {
  taken_by?: string | null
  at: string
}
