/**
 * Units as the reader writes them: `ea` is 件 on a Chinese screen, 箱 is `box` on an English one.
 *
 * A unit is free text of the catalogue; one that is not here is shown as it stands there.
 */

import { language } from './index'

const CHINESE = new Map(Object.entries({
  ea: '件',
  each: '件',
  pc: '件',
  pcs: '件',
  piece: '件',
  pieces: '件',
  box: '盒',
  carton: '箱',
  ctn: '箱',
  case: '箱',
  set: '套',
  pair: '双',
  roll: '卷',
  bag: '袋',
  bottle: '瓶',
  pack: '包',
}))
const ENGLISH = new Map(Object.entries({
  件: 'pcs',
  个: 'pcs',
  只: 'pcs',
  盒: 'box',
  箱: 'carton',
  套: 'set',
  双: 'pair',
  卷: 'roll',
  袋: 'bag',
  瓶: 'bottle',
  包: 'pack',
}))

export function sayUnit(unit: string | null | undefined): string {
  const words = language.value === 'zh-CN' ? CHINESE : ENGLISH
  return words.get((unit ?? '').trim().toLowerCase()) ?? unit ?? ''
}
