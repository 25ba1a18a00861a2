/**
 * The last resort: what waits on this phone as an encrypted file, for a phone that will never reach the server again.
 *
 * Reading only: nothing leaves the outbox by being exported. Photos go along, for they will be nowhere else. The format
 * stands in `pwa/README.md`.
 */

import type { Kept, KeptPhoto, Told } from './kept'

const ROUNDS = 600_000 // OWASP's figure for PBKDF2-SHA-256, which every tool can do
export const SHORTEST_PASSPHRASE = 8

export interface Waiting {
  made_at: string
  device: string
  waiting: Kept[]
  refused: Told[]
  photos: SavedPhoto[]
}

/** `body`: the JPEG in base64. */
export interface SavedPhoto extends KeptPhoto {
  body: string
}

export function savedPhoto(photo: KeptPhoto, bytes: ArrayBuffer): SavedPhoto {
  return { ...photo, body: base64(new Uint8Array(bytes)) }
}

/** What anybody may read of the file without the passphrase. */
export interface Sealed {
  format: 'tallyloop-queue'
  version: 1
  made_at: string
  device: string
  waiting: number
  refused: number
  photos: number
  oldest: string | null
  kdf: { name: 'PBKDF2'; hash: 'SHA-256'; iterations: number; salt: string }
  cipher: { name: 'AES-GCM'; iv: string; tag_bits: 128 }
  body: string
}

/** Encrypting needs `crypto.subtle`, which browsers give to https pages only. */
export function maySeal(): boolean {
  return Boolean(globalThis.crypto?.subtle)
}

export async function seal(what: Waiting, passphrase: string, rounds = ROUNDS): Promise<Sealed> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = await keyFrom(passphrase, salt, rounds)
  const plain = new TextEncoder().encode(JSON.stringify(what))
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, tagLength: 128 }, key, plain)
  return {
    format: 'tallyloop-queue',
    version: 1,
    made_at: what.made_at,
    device: what.device,
    waiting: what.waiting.length,
    refused: what.refused.length,
    photos: what.photos.length,
    oldest: what.waiting[0]?.at ?? null,
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations: rounds, salt: base64(salt) },
    cipher: { name: 'AES-GCM', iv: base64(iv), tag_bits: 128 },
    body: base64(new Uint8Array(body)),
  }
}

/** The other direction, so that a file is known to be readable before it is handed over. Raises on a wrong passphrase. */
export async function unseal(sealed: Sealed, passphrase: string): Promise<Waiting> {
  const key = await keyFrom(passphrase, bytes(sealed.kdf.salt), sealed.kdf.iterations)
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(sealed.cipher.iv), tagLength: 128 }, key, bytes(sealed.body))
  return JSON.parse(new TextDecoder().decode(plain)) as Waiting
}

/** `tallyloop-queue-…a1b2c3-20261122T0915.json`: which phone, and when. */
export function fileName({ device, made_at }: Sealed): string {
  return `tallyloop-queue-${device.slice(-6)}-${made_at.slice(0, 16).replace(/[-:]/g, '')}.json`
}

async function keyFrom(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const words = new TextEncoder().encode(passphrase.normalize('NFKC'))
  const material = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** In pieces, since a call takes only so many arguments, and photos are large. */
function base64(from: Uint8Array): string {
  const PIECE = 0x8000
  let text = ''
  for (let start = 0; start < from.length; start += PIECE) {
    text += String.fromCharCode.apply(null, Array.from(from.subarray(start, start + PIECE)))
  }
  return btoa(text)
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
