/** Words in the reader's language. A key that is missing in `zh-CN.ts` does not compile. */

import { ref } from 'vue'
import type { Words } from './en'

export type Language = 'en' | 'zh-CN'
export type Key = keyof Words

const BOOKS: Record<Language, () => Promise<Words>> = {
  en: async () => (await import('./en')).en,
  'zh-CN': async () => (await import('./zh-CN')).zhCN,
}
const learnt: Partial<Record<Language, Words>> = {}
let wanted: Language | null = null

/** The language that is being spoken: its words are here. */
export const language = ref<Language>('en')

/** Fetch a language's words. The first picture waits for the reader's own only: both would be a fifth of all that it waits for. */
export async function learn(one: Language): Promise<void> {
  learnt[one] ??= await BOOKS[one]()
}

/** Learn a language, then speak it; whoever asks last is heard. Rejects where its words cannot be fetched. */
export async function speak(one: Language): Promise<void> {
  wanted = one
  await learn(one)
  if (wanted === one) language.value = one
}

type Fill = Record<string, string | number>

/** Say it: `{n}` is filled in, `{n|bin|bins}` chooses by number. */
export function t(key: Key, fill: Fill = {}): string {
  return filled(learnt[language.value]?.[key] ?? key, fill)
}

/** The same for words that are fetched together with the screens that say them. */
export function saying<K extends string>(words: Record<Language, Record<K, string>>): (key: K, fill?: Fill) => string {
  return (key, fill = {}) => filled(words[language.value][key], fill)
}

function filled(words: string, fill: Fill): string {
  return words.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_all, name: string, one, many) => {
    const value = fill[name] ?? '–'
    if (one === undefined) return String(value)
    return String(value) === '1' ? one : many
  })
}

/** Words for a code that came from the server, if we have any. */
export function tCode(prefix: string, code: string | null | undefined): string | null {
  const key = `${prefix}.${code}` as Key
  return code && key in (learnt[language.value] ?? {}) ? t(key) : null
}

/** A thing that carries its own words in both languages. */
export function own(words: { en: string; zh: string }): string {
  return language.value === 'zh-CN' ? words.zh : words.en
}

/** An instant as the reader's clock shows it: the time today, else the day too. */
export function sayTime(instant: string | number | null | undefined): string {
  if (instant == null || instant === '') return '–'
  const when = new Date(instant)
  const sameDay = when.toDateString() === new Date().toDateString()
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false }
  const day: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' }
  return new Intl.DateTimeFormat(language.value, sameDay ? time : { ...day, ...time }).format(when)
}

/** How long ago, in the coarsest unit that still says something. */
export function sayAge(instant: string | number, now = Date.now()): string {
  const minutes = Math.max(0, Math.round((now - new Date(instant).getTime()) / 60_000))
  if (minutes < 1) return t('time.now')
  if (minutes < 60) return t('time.minutes', { n: minutes })
  if (minutes < 48 * 60) return t('time.hours', { n: Math.round(minutes / 60) })
  return t('time.days', { n: Math.round(minutes / 1440) })
}

/** A size that people can weigh: MB with one place, at least 0.1. */
export function saySize(bytes: number): string {
  const words = new Intl.NumberFormat(language.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${words.format(Math.max(0.1, bytes / 1_000_000))} MB`
}
