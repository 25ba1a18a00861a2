/** How each step is done, and the quizzes that a supervisor asked for: carried along, so that both work offline. */

import { ref, shallowRef } from 'vue'
import type { SopOut } from '../api/sops'
import type { Page } from '../api/wire'
import { recall, remember } from '../outbox/db'
import { fetchPhoto } from './pictures'
import { say, waitingEvents } from './queue'
import { call, person, warehouse } from './session'
import { tasksAsOf } from './tasks'

const sops = shallowRef<Record<string, SopOut>>({})
/** When a quiz was passed on this phone, by step. */
const passedAt = ref<Record<string, number>>({})

const under = () => `sops:${person.value?.id}:${warehouse.value}`
const passedUnder = () => `quiz:${person.value?.id}:${warehouse.value}`

/** The instruction of a step, if this phone has it. */
export function sopOf(step: string): SopOut | undefined {
  return sops.value[step]
}

/** All of them. */
export const allSops = sops

/** Show what is known, then what is new, and keep it with its pictures. Raises what the network raises. */
export async function loadSops(): Promise<void> {
  const key = under()
  passedAt.value = (await recall<Record<string, number>>(passedUnder())) ?? {}
  show(key, (await recall<SopOut[]>(key)) ?? [])
  const { items } = await call<Page<SopOut>>('GET', '/sops', { query: { warehouse: warehouse.value } })
  show(key, items)
  await remember(key, items)
  for (const { photo } of items) if (photo) await keepPicture(photo).catch(() => undefined)
}

function show(key: string, items: SopOut[]): void {
  if (key === under()) sops.value = Object.fromEntries(items.map((one) => [one.step, one]))
}

async function keepPicture(id: string): Promise<void> {
  if (await recall(`sop-photo:${id}`)) return
  const picture = await fetchPhoto(id)
  await remember(`sop-photo:${id}`, { type: picture.type, bytes: await picture.arrayBuffer() })
}

/** The picture of an instruction, from this phone if it is here. Raises what the network raises. */
export async function sopPicture(id: string): Promise<Blob> {
  const kept = await recall<{ type: string; bytes: ArrayBuffer }>(`sop-photo:${id}`)
  return kept ? new Blob([kept.bytes], { type: kept.type }) : fetchPhoto(id)
}

/** Is this quiz still to be passed? What was passed here counts before the server has heard of it. */
export function owesQuiz(asked: boolean | undefined, step: string): boolean {
  const passed = passedAt.value[step] ?? 0
  if (!asked || passed > (tasksAsOf.value ?? 0)) return false
  return !(passed && waitingEvents.value.some(({ type, data }) => type === 'quiz.answer' && data.step === step))
}

/** The quiz of a step that comes first, if somebody asked for it and this phone has it; else the server will say so. */
export function quizFirst(asked: boolean | undefined, step: string): SopOut | undefined {
  const sop = owesQuiz(asked, step) ? sopOf(step) : undefined
  return sop?.questions.length ? sop : undefined
}

/** The quiz of a step that no task carries: of a move, of goods that leave, of production. */
export function quizBefore(step: string): SopOut | undefined {
  return quizFirst(sopOf(step)?.quiz, step)
}

/** Keep the answers as an event; gives whether all are right. The server judges again. Raises `NotSaved`. */
export async function answerQuiz(sop: SopOut, answers: number[]): Promise<boolean> {
  const passed = sop.questions.every(({ right }, place) => answers[place] === right)
  const data = { warehouse: warehouse.value, step: sop.step, answers, ...(sop.id ? { sop: sop.id } : {}) }
  await say(person.value?.id ?? '', { type: 'quiz.answer', data })
  if (!passed) return false
  const passes = { ...passedAt.value, [sop.step]: Date.now() } // plain: the disk takes no reactive wrapper
  await remember(passedUnder(), passes)
  passedAt.value = passes
  sops.value = { ...sops.value, [sop.step]: { ...sop, quiz: false } }
  await remember(under(), Object.values(sops.value))
  return true
}
