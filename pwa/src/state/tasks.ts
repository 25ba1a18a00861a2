/** What there is to do: the server's list, kept on the phone, with what this phone has said since laid over it. */

import { computed, shallowRef, ref } from 'vue'
import type { Page, TaskOut } from '../api/wire'
import { amend, recall, work } from '../outbox/db'
import { waitingEvents } from './queue'
import { call, person, warehouse } from './session'

const tasks = shallowRef<TaskOut[]>([])
export const tasksAsOf = ref<number | null>(null)

/** The list without what stands in the tasks: home has to be there at once, and a list count may name thousands. */
interface Snapshot {
  at: number
  tasks: TaskOut[]
}

/** Tasks in walking order, mine first; those handed in but not yet sent are at the end. */
export const myTasks = computed<TaskOut[]>(() => [...tasks.value].sort((one, other) => rank(one) - rank(other)))

/** Tasks whose `count.submit` still waits on this phone. */
export const handedIn = computed(() => saidOf('count.submit'))
const begun = computed(() => saidOf('count.claim'))

export function isMine(task: TaskOut): boolean {
  return task.mine || begun.value.has(task.id)
}

function saidOf(type: string): Set<string | undefined> {
  return new Set(waitingEvents.value.filter((event) => event.type === type).map((event) => event.data.task))
}

function rank(task: TaskOut): number {
  if (handedIn.value.has(task.id)) return 2
  return isMine(task) ? 0 : 1
}

function key(): string {
  return `tasks:${person.value?.id}:${warehouse.value}`
}

/** Show what is known, then what is new. Raises what the network raises. */
export async function loadTasks(): Promise<void> {
  const under = key()
  const kept = await recall<Snapshot>(under)
  show(under, kept)
  const { items } = await call<Page<TaskOut>>('GET', '/tasks', { query: { mine: true, warehouse: warehouse.value, limit: 200 } })
  const fresh: Snapshot = { at: Date.now(), tasks: items.filter((task) => task.kind === 'count') }
  show(under, fresh)
  await keep(under, fresh)
}

/** A task's own key, behind that of its list: no code of a warehouse has this sign in it. */
function behind(under: string, id: string): string {
  return `${under}\u0001${id}`
}

/** The list under its key, each task whole under its own behind it; tasks that are gone leave. */
async function keep(under: string, { at, tasks: whole }: Snapshot): Promise<void> {
  await work(['kv'], 'readwrite', async (tx) => {
    const kv = tx.objectStore('kv')
    const kept = await kv.getAllKeys(IDBKeyRange.bound(behind(under, ''), behind(under, '\uffff')))
    const stay = new Set(whole.map(({ id }) => behind(under, id)))
    await Promise.all(kept.filter((one) => !stay.has(String(one))).map((one) => kv.delete(one)))
    await Promise.all(whole.map((task) => kv.put(task, behind(under, task.id))))
    await kv.put({ at, tasks: whole.map((task) => ({ ...task, lines: [] })) }, under)
  })
}

function show(under: string, snapshot: Snapshot | undefined): void {
  if (under !== key()) return
  tasks.value = snapshot?.tasks ?? []
  tasksAsOf.value = snapshot?.at ?? null
}

/** What this phone knows before the next list comes, and offline there is none: whose the task is, how much of it is done. */
export async function noteTask(id: string, mine: boolean, locations: number): Promise<void> {
  const noted = (task: TaskOut): TaskOut => (task.id === id ? { ...task, mine, done: { ...task.done, locations } } : task)
  tasks.value = tasks.value.map(noted)
  await amend<Snapshot | undefined>(key(), (kept) => kept && { ...kept, tasks: kept.tasks.map(noted) })
}

/** One task as the server has it now; null if it does not answer. */
export function findTask(id: string): Promise<TaskOut | null> {
  return call<TaskOut>('GET', `/tasks/${id}`).catch(() => null)
}

/** One task as it was kept on this phone. */
export async function keptTask(id: string): Promise<TaskOut | null> {
  const whole = await recall<TaskOut>(behind(key(), id))
  if (whole) return whole
  const kept = await recall<Snapshot>(key()) // as earlier versions of this page kept it: all in one
  return kept?.tasks.find((task) => task.id === id) ?? null
}
