/** Taking and looking at photos is fetched when it is first needed: most scans need neither. */

import { defineAsyncComponent, type Component } from 'vue'
import { partLost } from '../state/update'

const takerPart = () => import('../ui/PhotoTaker.vue')
const viewerPart = () => import('../ui/PhotoViewer.vue')

export const PhotoTaker = late(takerPart)
export const PhotoViewer = late(viewerPart)

/** For phones without a service worker, which have to fetch all parts while there is a network. */
export const photoParts: (() => Promise<unknown>)[] = [takerPart, viewerPart]

/** A part that cannot be fetched is said on the screen; the page stays, since something may be half-entered. */
function late<T extends Component>(loader: () => Promise<{ default: T }>): T {
  return defineAsyncComponent({
    loader,
    onError: (_error, _retry, fail) => {
      partLost.value = true
      fail()
    },
  }) as unknown as T
}
