/** Is there room for a table beside its detail? */

import { ref } from 'vue'

const room = typeof matchMedia === 'undefined' ? null : matchMedia('(min-width: 1024px)')

export const wide = ref(room?.matches ?? false)
room?.addEventListener('change', ({ matches }) => (wide.value = matches))
