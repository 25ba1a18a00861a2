/** The words of the screens for readers, tags and doors: fetched with those screens, not with the first page. */

import { saying } from './index'
import { readersEn, type ReaderWords } from './readers-en'
import { readersZhCN } from './readers-zh-CN'

/** Say it, as `t` does. */
export const tr = saying<keyof ReaderWords>({ en: readersEn, 'zh-CN': readersZhCN })

/** Words for a code that came from the server, else the code itself. */
export function trCode(prefix: string, code: string): string {
  const key = `${prefix}.${code}`
  return key in readersEn ? tr(key as keyof ReaderWords) : code
}
