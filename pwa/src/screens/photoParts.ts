/** Taking and looking at photos, and the camera as a scanner, are fetched when they are first needed: most scans need neither. */

import { defineAsyncComponent, type Component } from 'vue'
import { partLost } from '../state/lost'

const takerPart = () => import('../ui/PhotoTaker.vue')
const viewerPart = () => import('../ui/PhotoViewer.vue')
const sweepPart = () => import('./SweepSheet.vue')

export const PhotoTaker = late(takerPart)
export const PhotoViewer = late(viewerPart)
export const SweepSheet = late(sweepPart)

/** For phones without a service worker, which have to fetch all parts while there is a network. */
export const photoParts: (() => Promise<unknown>)[] = [takerPart, viewerPart, sweepPart, () => import('../ui/CameraPane.vue')]

/** A part that cannot be fetched is said on the screen; the page stays, since something may be half-entered. */
export function late<T extends Component>(loader: () => Promise<{ default: T }>): T {
  return defineAsyncComponent({
    loader,
    onError: (_error, _retry, fail) => {
      partLost.value = true
      fail()
    },
  }) as unknown as T
}
