import { beforeEach, describe, expect, test, vi } from 'vitest'
import { language } from '../src/i18n'
import { carryEn } from '../src/i18n/carry-en'
import { carryZh } from '../src/i18n/carry-zh-CN'
import { en } from '../src/i18n/en'
import { deskEn } from '../src/i18n/desk-en'
import { deskZh } from '../src/i18n/desk-zh-CN'
import { readersEn } from '../src/i18n/readers-en'
import { readersZhCN } from '../src/i18n/readers-zh-CN'
import { sayUnit } from '../src/i18n/units'
import { zhCN } from '../src/i18n/zh-CN'

const english: Record<string, string> = { ...en, ...deskEn, ...readersEn, ...carryEn }
const chinese: Record<string, string> = { ...zhCN, ...deskZh, ...readersZhCN, ...carryZh }
const keys = Object.keys(english)
const named = (words: string, pattern: RegExp) => Array.from(words.matchAll(pattern), ([, name]) => name)
/** What is filled in, and what of it must not be left out; a word chosen by number may be. */
const fills = (words: string) => named(words, /\{(\w+)/g)
const needed = (words: string) => named(words, /\{(\w+)\}/g)

describe('the words', () => {
  test('are filled in alike in both languages', () => {
    const lost = (from: string, to: string) => needed(from).filter((name) => !fills(to).includes(name))
    expect(keys.filter((key) => lost(english[key], chinese[key]).length + lost(chinese[key], english[key]).length > 0)).toEqual([])
  })

  test('Chinese is punctuated as Chinese', () => {
    const halfWidth = /[\u4e00-\u9fff”）}][,:;?!]|[,:;?!(][\u4e00-\u9fff]/
    expect(keys.filter((key) => halfWidth.test(chinese[key]))).toEqual([])
  })
})

describe('a unit', () => {
  beforeEach(() => void (language.value = 'en'))

  test.each([
    ['zh-CN', 'ea', '件'],
    ['zh-CN', 'PCS', '件'],
    ['zh-CN', '千克', '千克'],
    ['zh-CN', 'constructor', 'constructor'],
    ['en', '箱', 'carton'],
    ['en', 'ea', 'ea'],
    ['en', undefined, ''],
  ] as const)('on a screen in %s, %s is %s', (reader, unit, words) => {
    language.value = reader
    expect(sayUnit(unit)).toBe(words)
  })
})

describe('the language', () => {
  beforeEach(() => void vi.resetModules())

  test('is spoken once its words are here; until then a key stands in their place', async () => {
    const { language, speak, t } = await import('../src/i18n')
    expect(t('cancel')).toBe('cancel')
    await speak('zh-CN')
    expect([language.value, t('cancel')]).toEqual(['zh-CN', '取消'])
  })

  test('is the one that was asked for last, whichever words come first', async () => {
    const { language, speak } = await import('../src/i18n')
    await Promise.all([speak('zh-CN'), speak('en')])
    expect(language.value).toBe('en')
  })
})
