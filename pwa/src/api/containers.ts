/** Containers on the wire: where they stand, and what is on them. */

export interface ContainerOut {
  id: string
  warehouse: string
  code: string
  kind: string
  location: string | null
}

/** Goods aboard. Without `quantity` where the asker counts or checks some of it. */
export interface AboardOut {
  sku: string
  name: string
  unit: string
  lot: string
  expiry?: string | null
  serials: string[]
  quantity?: string | null
  /** Something was taken where it stands, and nobody said from which container. */
  unsure?: boolean
}

export interface ContentsOut extends ContainerOut {
  hidden: boolean
  contents: AboardOut[]
}
