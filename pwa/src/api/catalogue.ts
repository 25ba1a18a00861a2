/** What is stocked and where, and what a scanned text names. */

export interface CodeOut {
  code: string
  pack_quantity: string
}

export interface ItemOut {
  id: string
  sku: string
  name: string
  category?: string | null
  unit: string
  lot_tracked: boolean
  serial_tracked: boolean
  shelf_life_days?: number | null
  active?: boolean
  codes?: CodeOut[]
}

export interface LocationOut {
  id: string
  warehouse: string
  code: string
  zone?: string | null
  kind?: string | null
  path_order?: number
  virtual?: boolean
}

export interface IdentifyOut {
  kind: 'item' | 'location' | 'lot' | 'serial' | 'container' | 'document' | 'person' | 'unknown'
  code: string
  sku?: string | null
  name?: string | null
  unit?: string | null
  lot_tracked?: boolean
  serial_tracked?: boolean
  lot?: string | null
  expiry?: string | null
  serial?: string | null
  location?: string | null
  zone?: string | null
  container?: string | null
  document?: string | null
  pack_quantity?: string | null
  quantity?: string | null
}

export interface StockOut {
  warehouse: string
  location: string
  zone?: string | null
  sku: string
  name: string
  unit: string
  lot: string
  expiry?: string | null
  qty?: string
  /** How much of it open orders will take. */
  reserved?: string
  under_count?: boolean
}
