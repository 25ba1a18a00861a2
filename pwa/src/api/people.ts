/** Who speaks, what they may do and where. */

export interface RoleIn {
  warehouse: string
  role: string
}

export interface Person {
  id: string
  username: string
  name: string
  language?: string | null
  roles: RoleIn[]
}

export interface SessionOut {
  access_token: string
  refresh_token: string
  expires_in: number
  person: Person
}

export interface WarehouseOut {
  id: string
  code: string
  name: string
  timezone?: string
}

export interface MeOut {
  person: Person
  roles: RoleIn[]
  warehouses: WarehouseOut[]
  permissions: Record<string, string[]>
}

export interface PersonOut {
  id: string
  username: string
  name: string
  active?: boolean
  roles: RoleIn[]
}
