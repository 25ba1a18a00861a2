/** A part of the app could not be fetched, even afresh: said on the screen, since otherwise a tap just does nothing. */

import { ref } from 'vue'

export const partLost = ref(false)
