/**
 * SHA-256 (FIPS 180-4): names a photo's bytes where the browser will not, which is everywhere without TLS.
 *
 * A photo of 300 KB takes a few milliseconds; WebCrypto is quicker and is asked first.
 */

const ROUND = constants(3, 64)
const START = constants(2, 8)

/** In lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  const state = Uint32Array.from(START)
  const words = new Uint32Array(64)
  const tail = padded(bytes)
  const whole = bytes.length - (bytes.length % 64)
  for (let at = 0; at < whole; at += 64) mix(state, words, bytes, at)
  for (let at = 0; at < tail.length; at += 64) mix(state, words, tail, at)
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')
}

/** What does not fill a block, a one, zeros, and the length in bits. */
function padded(bytes: Uint8Array): Uint8Array {
  const rest = bytes.subarray(bytes.length - (bytes.length % 64))
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128)
  tail.set(rest)
  tail[rest.length] = 0x80
  const length = new DataView(tail.buffer)
  length.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000))
  length.setUint32(tail.length - 4, bytes.length * 8)
  return tail
}

function mix(state: Uint32Array, words: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let t = 0; t < 16; t++, at += 4) words[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
  for (let t = 16; t < 64; t++) {
    const [one, other] = [words[t - 15], words[t - 2]]
    const small = turned(one, 7) ^ turned(one, 18) ^ (one >>> 3)
    words[t] = words[t - 16] + small + words[t - 7] + (turned(other, 17) ^ turned(other, 19) ^ (other >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = state
  for (let t = 0; t < 64; t++) {
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[t] + words[t]) | 0
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] += word))
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** The first 32 bits of the fractional parts of the roots (2: square, 3: cube) of the first primes. */
function constants(root: 2 | 3, count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.map((prime) => {
    const value = root === 2 ? Math.sqrt(prime) : Math.cbrt(prime)
    return Math.floor((value - Math.floor(value)) * 0x100000000)
  })
}
