/** When a count takes a photo: of flagged items, and of bins drawn by chance. The server asks for them again at the end. */

import { linesAt, type Counting } from './count'

export interface PhotoWish {
  photo_items?: string[]
  photo_places?: string[]
}

/** Does the next statement here need a photo? `sku`: what it is about, null for a code nobody knows or an empty bin. */
export function needsPhoto({ photo_items = [], photo_places = [] }: PhotoWish, counting: Counting, sku: string | null): boolean {
  const lines = linesAt(counting, counting.place ?? '').filter(({ photo }) => photo)
  if (photo_places.includes(counting.place ?? '') && lines.length === 0) return true
  return sku !== null && photo_items.includes(sku) && !lines.some((line) => line.sku === sku)
}
