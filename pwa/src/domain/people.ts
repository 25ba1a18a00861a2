/** Who may be given work. The server says so too. */

import type { PersonOut } from '../api/people'

const FLOOR = ['staff', 'supervisor', 'manager', 'admin']

/** What is given to an auditor or a reader would lie with nobody. */
export function mayWork({ active, roles }: Pick<PersonOut, 'active' | 'roles'>): boolean {
  return active !== false && roles.some(({ role }) => FLOOR.includes(role))
}
