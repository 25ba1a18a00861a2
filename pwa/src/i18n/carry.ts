/** The words about containers: fetched with the screens that handle them. */

import { saying } from './index'
import { carryEn } from './carry-en'
import { carryZh } from './carry-zh-CN'

export const sayCarry = saying({ en: carryEn, 'zh-CN': carryZh })
