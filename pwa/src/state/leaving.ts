/** Another screen was asked for and is not there yet: what is scanned from now on is meant for that one. */

import { ref } from 'vue'

/** The address that was asked for, null if this screen is the one. */
export const leavingFor = ref<string | null>(null)
