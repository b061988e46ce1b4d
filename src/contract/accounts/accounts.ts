import { accessLevels } from '#domain/access/access-level.ts'
import * as z from 'zod/mini'
import { instant } from '../scalars.ts'

/** The scope is a namespace (`team`) or a repository (`team/app`); the narrower one wins. */
export const grant = z.object({ scope: z.string(), accessLevel: z.enum(accessLevels) })
export type WireGrant = z.infer<typeof grant>

/**
 * `GET` and `PUT /accounts/{name}/access`, `/anonymous/access` (where all levels are `read-only`).
 */
export const accountAccess = z.object({ grants: z.array(grant) })
export type AccountAccess = z.infer<typeof accountAccess>

export const account = z.object({
  name: z.string(),
  /** May do everything, with any grants. */
  isAdmin: z.boolean(),
  /** An inactive account cannot sign in. */
  isActive: z.boolean(),
  createdAt: instant,
  /** In a browser; null: never. Programs, which send credentials with every call, do not count. */
  lastSignedInAt: z.nullable(instant),
  grants: z.array(grant),
})
export type WireAccount = z.infer<typeof account>

/** By name. */
export const accountList = z.object({ accounts: z.array(account) })
export type AccountList = z.infer<typeof accountList>

export const newAccountRequest = z.object({
  name: z.string(),
  password: z.string(),
  isAdmin: z.optional(z.boolean()),
})
export type NewAccountRequest = z.infer<typeof newAccountRequest>

/** An absent field stays unchanged. */
export const accountChangeRequest = z.object({
  password: z.optional(z.string()),
  isAdmin: z.optional(z.boolean()),
  isActive: z.optional(z.boolean()),
})
export type AccountChangeRequest = z.infer<typeof accountChangeRequest>
