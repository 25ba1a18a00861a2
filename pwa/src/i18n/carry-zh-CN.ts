/** The words about pallets, totes and cartons with a code of their own, in Chinese. */

import type { carryEn } from './carry-en'

export const carryZh: Record<keyof typeof carryEn, string> = {
  'carry.onto': '放到 {code}',
  'carry.outOf': '取自 {code}',
  'carry.off': '放下',
  'carry.still': '仍在手上',
  'carry.itIs': '这是托盘或周转箱',
  'carry.scanInside': '{code} 是容器。请扫描里面的货品。',
  'carry.whole': '整托移动',
  'carry.wholeHint': '扫描目的库位',
  'carry.takeOut': '从中取货',
  'carry.single': '只往上放货',
  'carry.placed': '{code} 整体 → {to}',
  'carry.placedLater': '联网后，容器内的货品将自动入账。',
  'carry.stands': '位于 {place}',
  'carry.nowhere': '尚未放到任何库位',
  'carry.isOn': '容器内货品',
  'carry.empty': '没有记录到货品',
  'carry.emptyWords': '如果上面有货，请先扫描容器，再收货或移入货品。',
  'carry.hidden': '您正在盘点或复核其中的货品，因此不显示数量。',
  'carry.unsure': '此处有货品被取走，但未说明取自哪个容器。请逐行移动这些货品。',
  'carry.offline': '离线时本机不知道容器内的货品，仍可移动：请扫描库位。',
  'carry.move': '移动容器',
  'carry.new': '新容器标签',
  'carry.newWords': '系统分配一个新编号；把标签贴到托盘、周转箱或纸箱上。',
  'carry.kind.container': '容器',
  'carry.kind.pallet': '托盘',
  'carry.kind.tote': '周转箱',
  'carry.kind.carton': '纸箱',
  'carry.serials': '序列号：{list}',
}
