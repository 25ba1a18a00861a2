/** What there is to do: the server's list, kept on the phone, with what this phone has said since laid over it. */

import { computed, shallowRef, ref } from 'vue'
import type { CaseTaskOut } from '../api/cases'
import { Problem } from '../api/client'
import type { TaskOut } from '../api/counts'
import { PRIORITIES, type WorkOut } from '../api/documents'
import type { Page } from '../api/wire'
import { amend, recall, work } from '../outbox/db'
import type { Kept } from '../outbox/kept'
import { standing } from '../outbox/outbox'
import { fingerOff } from './finger'
import { waitingEvents } from './queue'
import { call, person, warehouse } from './session'

/** Work on a document as the server told it. `upto`: it had heard this phone's events up to this one. */
export interface KeptWork extends WorkOut {
  upto: number
}

const tasks = shallowRef<TaskOut[]>([])
const works = shallowRef<KeptWork[]>([])
const aboutCases = shallowRef<CaseTaskOut[]>([])
export const tasksAsOf = ref<number | null>(null)

/** The list without what stands in the tasks: home has to be there at once, and a list count may name thousands. */
interface Snapshot {
  at: number
  tasks: TaskOut[]
  works?: KeptWork[]
  cases?: CaseTaskOut[]
}

type Listed = TaskOut | WorkOut | CaseTaskOut

/** Tasks in walking order, mine first; those handed in but not yet sent are at the end. */
export const myTasks = computed<TaskOut[]>(() => [...tasks.value].sort((one, other) => rank(one) - rank(other)))

/** What there is to do about documents: mine first, then what is urgent, then what is due first; what is handed in but not sent is at the end. */
export const myWork = computed<KeptWork[]>(() => [...works.value].sort((one, other) => workRank(one) - workRank(other) || urgency(one) - urgency(other) || (one.due_at ?? '9').localeCompare(other.due_at ?? '9')))

/** What is to be done about cases, without what this phone has said is done. */
export const myCases = computed<CaseTaskOut[]>(() => {
  const done = new Set(waitingEvents.value.filter(({ type }) => type === 'action.done').map(({ data }) => data.action))
  return aboutCases.value.filter(({ id }) => !done.has(id))
})

/** Tasks whose end still waits on this phone. */
export const handedIn = computed(() => new Set(ENDS.flatMap((type) => Array.from(saidOf(type)))))
const ENDS: Kept['type'][] = ['count.submit', 'receive.submit', 'pick.submit', 'ship']
const begun = computed(() => saidOf('count.claim'))

export function isMine(task: TaskOut): boolean {
  return task.mine || begun.value.has(task.id)
}

/** Done as far as this phone knows, and the server has not heard of all of it. */
export function isHandedIn(one: WorkOut): boolean {
  return handedIn.value.has(one.id) || (one.kind === 'putaway' && one.done.of > 0 && one.done.lines >= one.done.of)
}

export function isMyWork(one: WorkOut): boolean {
  return one.mine || waitingEvents.value.some(({ data }) => data.task === one.id)
}

function urgency({ priority }: WorkOut): number {
  return PRIORITIES.indexOf(priority ?? 'normal')
}

function workRank(one: WorkOut): number {
  if (isHandedIn(one)) return 2
  return isMyWork(one) ? 0 : 1
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

const PAGE = 200
const MOST_PAGES = 10

/** Show what is known, then what is new. Raises what the network raises. */
export async function loadTasks(): Promise<void> {
  const under = key()
  const kept = await recall<Snapshot>(under)
  show(under, kept)
  const heard = await hearing()
  const items: Listed[] = []
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { mine: true, warehouse: warehouse.value, limit: PAGE, cursor }
    const words: Page<Listed> = await call<Page<Listed>>('GET', '/tasks', { query })
    items.push(...words.items)
    cursor = words.next
    if (!cursor) break
  }
  const upto = await heard()
  const before = await Promise.all(items.filter(isWork).map((one) => keptWork(one.id)))
  const told = new Map(before.filter((one) => one !== null).map((one) => [one.id, one]))
  const fresh: Snapshot = {
    at: Date.now(),
    tasks: items.filter(isCount),
    works: items.filter(isWork).map((one) => settled(one, upto, told.get(one.id) ?? null)),
    cases: items.filter(isAboutCase),
  }
  await fingerOff()
  show(under, fresh)
  await keep(under, fresh)
}

const isCount = (task: Listed): task is TaskOut => task.kind === 'count'
const isAboutCase = (task: Listed): task is CaseTaskOut => task.kind === 'action' || task.kind === 'verification'
const isWork = (task: Listed): task is WorkOut => !isCount(task) && !isAboutCase(task)

/** What the server has heard of this phone's events by the time it answers. */
interface Heard {
  /** Up to this event of the phone's order it had heard everything; `surely`: also where something was on the way. */
  upto: number
  surely: number
  /** Documents about which something was on the way meanwhile: the answer may know of it, or not. */
  unsettled: Set<string | undefined>
}

/** Ask before a request; the answer, asked after it, says what the request could know. */
async function hearing(): Promise<() => Promise<Heard>> {
  const before = await standing()
  return async () => {
    const after = await standing()
    const open = [...before.waiting, ...after.waiting]
    const unsettled = new Set(open.map(({ data }) => data.document))
    const said = after.last - before.last
    // Said and sent meanwhile: it may be about any of them.
    if (said > after.waiting.filter(({ seq }) => seq > before.last).length) for (const one of works.value) unsettled.add(one.document)
    return { upto: before.last, surely: Math.min(before.last, ...before.waiting.map(({ seq }) => seq - 1)), unsettled }
  }
}

/** What was told last without a doubt stays until it is told again without one. */
function settled(one: WorkOut, { upto, surely, unsettled }: Heard, before: KeptWork | null): KeptWork {
  if (!unsettled.has(one.document)) return { ...one, upto }
  const told = before?.lines.every(({ quantity }) => quantity === undefined) && one.lines.some(({ quantity }) => quantity !== undefined)
  return before && !told ? before : { ...one, upto: surely }
}

/** A task's own key, behind that of its list: no code of a warehouse has this sign in it. */
function behind(under: string, id: string): string {
  return `${under}\u0001${id}`
}

/** The list under its key, each task whole under its own behind it; tasks that are gone leave. */
async function keep(under: string, { at, tasks: counts, works: documents = [], cases }: Snapshot): Promise<void> {
  const whole: (TaskOut | KeptWork)[] = [...counts, ...documents]
  await work(['kv'], 'readwrite', async (tx) => {
    const kv = tx.objectStore('kv')
    const kept = await kv.getAllKeys(IDBKeyRange.bound(behind(under, ''), behind(under, '\uffff')))
    const stay = new Set(whole.map(({ id }) => behind(under, id)))
    await Promise.all(kept.filter((one) => !stay.has(String(one))).map((one) => kv.delete(one)))
    await Promise.all(whole.map((task) => kv.put(task, behind(under, task.id))))
    await kv.put({ at, tasks: counts.map((task) => ({ ...task, lines: [] })), works: documents.map((one) => ({ ...one, lines: [] })), cases }, under)
  })
}

function show(under: string, snapshot: Snapshot | undefined): void {
  if (under !== key()) return
  tasks.value = snapshot?.tasks ?? []
  works.value = snapshot?.works ?? []
  aboutCases.value = snapshot?.cases ?? []
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

/** Work on a document as it was kept on this phone. */
export async function keptWork(id: string): Promise<KeptWork | null> {
  return (await recall<KeptWork>(behind(key(), id))) ?? null
}

/** The same as the server has it now, kept for when there is no network; null if it does not answer, `gone` if it is over. */
export async function findWork(id: string): Promise<KeptWork | 'gone' | null> {
  const under = key()
  const heard = await hearing()
  try {
    const found = await call<WorkOut>('GET', `/tasks/${id}`)
    const whole = settled(found, await heard(), await keptWork(id))
    await amend<KeptWork>(behind(under, id), () => whole)
    return whole
  } catch (error) {
    return error instanceof Problem && error.status === 404 ? 'gone' : null
  }
}

/** How many lines are done, as this phone knows before the next list comes. */
export async function noteWork(id: string, lines: number): Promise<void> {
  const noted = (one: KeptWork): KeptWork => (one.id === id ? { ...one, mine: true, done: { ...one.done, lines } } : one)
  works.value = works.value.map(noted)
  await amend<Snapshot | undefined>(key(), (kept) => kept && { ...kept, works: (kept.works ?? []).map(noted) })
}

/** The work that a scanned number means, the first step of it that is not done. */
export function workNumbered(text: string, among: readonly KeptWork[] = myWork.value): KeptWork | undefined {
  const number = text.trim().toUpperCase()
  return among.find((one) => one.number.toUpperCase() === number && !isHandedIn(one))
}
