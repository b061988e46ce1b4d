import type { InventoryReads } from '#registry/inventory-reads.ts'
import { StorageError } from '#registry/storage.ts'

/*
 * What a thread that reads for an inventory is asked, and what it answers: several reads at a time,
 * for a message costs as much as a short one of them.
 */

/** One call of `InventoryReads`. */
export type ReadCall = {
  [M in keyof InventoryReads]: { readonly method: M; readonly args: Parameters<InventoryReads[M]> }
}[keyof InventoryReads]

export type ReadOutcome =
  | { readonly value: unknown }
  /** `code` and `path` when it was a `StorageError`. */
  | { readonly message: string; readonly code?: StorageError['code']; readonly path?: string }

export interface ReadRequest {
  readonly id: number
  readonly root: string
  /** Whether to make use of what an earlier inventory has remembered of manifests. */
  readonly remembers: boolean
  /** Each with the inventory it belongs to: a new one relies on nothing that an old one saw. */
  readonly calls: readonly (ReadCall & { readonly inventory: number })[]
}

export interface ReadAnswer {
  readonly id: number
  /** As many as there were calls, in their order. */
  readonly outcomes: readonly ReadOutcome[]
}

export function outcomeOf(error: unknown): ReadOutcome {
  if (error instanceof StorageError) {
    return { message: error.message, code: error.code, path: error.path }
  }
  return { message: error instanceof Error ? error.message : String(error) }
}

/** The error that an outcome stands for. */
export const errorOf = (outcome: Exclude<ReadOutcome, { readonly value: unknown }>): Error =>
  outcome.code !== undefined && outcome.path !== undefined
    ? new StorageError(outcome.code, outcome.path)
    : new Error(outcome.message)
