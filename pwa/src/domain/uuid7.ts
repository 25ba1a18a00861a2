/**
 * UUIDv7 (RFC 9562 §5.7): the id of everything that a phone does, made at the tap.
 *
 * `randomUUID` needs TLS and a warehouse LAN may have none, so the caller brings ten random bytes from
 * `crypto.getRandomValues`, which works everywhere.
 */
export function uuid7(now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  let time = now
  for (let place = 5; place >= 0; place--) {
    bytes[place] = time % 256
    time = Math.floor(time / 256)
  }
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
