/** The camera as a scanner: whether it is open, and what a screen wishes of it. */

import { ref } from 'vue'
import type { Fit } from '../domain/sightings'
import type { Swept } from '../domain/sweep'

/** Once opened it stays open from screen to screen, until it is closed. */
export const cameraOpen = ref(false)

/** What a screen asks of the camera. */
export interface Wishes {
  /** How well a text fits what is asked for now, and what it names, if that is known on the phone. */
  fit?: (text: string) => Promise<{ fit: Fit; words?: string }>
  /** Changes when the question does: then every code in view is looked at anew. */
  question?: string
  /** Something else needs the room, such as the keypad. */
  folded?: boolean
  /** A picture of a whole shelf, to be read and confirmed. */
  onShelf?: (picture: Blob) => Promise<void>
  /** Labels of a sweep, for a person to confirm. */
  onSwept?: (labels: Swept[]) => void
}
