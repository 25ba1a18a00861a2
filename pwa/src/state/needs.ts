/** What needs this person: fetched with the tasks, and kept on the phone. What was seen offline is told later. */

import { computed, shallowRef } from 'vue'
import type { NoticeOut } from '../api/cases'
import type { Page } from '../api/wire'
import { recall, remember } from '../outbox/db'
import { fingerOff } from './finger'
import { call, person, warehouse } from './session'

/** What presses most first; what is seen last. */
export const notices = shallowRef<NoticeOut[]>([])
export const unseen = computed(() => notices.value.filter(({ seen }) => !seen))

const under = () => `notices:${person.value?.id}:${warehouse.value}`
const toldLater = () => `seen:${person.value?.id}:${warehouse.value}`

/** Show what is known, then what is new. Raises what the network raises. */
export async function loadNotices(): Promise<void> {
  const key = under()
  show(key, (await recall<NoticeOut[]>(key)) ?? [])
  await tell()
  const { items } = await call<Page<NoticeOut>>('GET', '/notices', { query: { warehouse: warehouse.value } })
  await fingerOff()
  show(key, items)
  await remember(key, items)
}

function show(key: string, items: NoticeOut[]): void {
  if (key === under()) notices.value = items
}

/** They were seen: noted here at once, and told to the server when it answers. */
export async function see(keys: string[]): Promise<void> {
  if (keys.length === 0) return
  const seen = new Set(keys)
  notices.value = notices.value.map((one) => (seen.has(one.key) ? { ...one, seen: true } : one))
  await remember(under(), notices.value)
  await remember(toldLater(), [...((await recall<string[]>(toldLater())) ?? []), ...keys].slice(-500))
  await tell().catch(() => undefined)
}

async function tell(): Promise<void> {
  const key = toldLater()
  const keys = await recall<string[]>(key)
  if (!keys?.length) return
  await call('POST', '/notices/seen', { body: { keys } })
  await remember(key, undefined)
}
