/**
 * Offline sign-in: proof that somebody knows the password or PIN with which they signed in here before.
 *
 * Only a slow, salted derivation is kept. After five wrong tries only the server can let the person in.
 */

const ROUNDS = 210_000 // OWASP's figure for PBKDF2-SHA-512
const TRIES = 5

export interface Verifier {
  salt: number[]
  derived: number[]
  wrong: number
}

/** Null where the browser has no `crypto.subtle`: without TLS there is no offline sign-in. */
export async function verifierFor(secret: string): Promise<Verifier | null> {
  if (!globalThis.crypto?.subtle) return null
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return { salt: Array.from(salt), derived: await derive(secret, salt), wrong: 0 }
}

/** Does the secret fit? `wrong` has to be kept by the caller. */
export async function fits(verifier: Verifier, secret: string): Promise<boolean> {
  if (verifier.wrong >= TRIES || !globalThis.crypto?.subtle) return false
  const derived = await derive(secret, Uint8Array.from(verifier.salt))
  return derived.reduce((different, byte, place) => different | (byte ^ verifier.derived[place]), 0) === 0
}

async function derive(secret: string, salt: Uint8Array<ArrayBuffer>): Promise<number[]> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt, iterations: ROUNDS }, key, 256)
  return Array.from(new Uint8Array(bits))
}
