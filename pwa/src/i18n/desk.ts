/** What only screens say that are fetched when somebody first goes there: holds, and goods that leave with somebody's leave. */

import { saying } from './index'
import { deskEn } from './desk-en'
import { deskZh } from './desk-zh-CN'

export const say = saying({ en: deskEn, 'zh-CN': deskZh })
