import type { RepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import type { StoreScanner } from '#registry/inventory/store-scanner.ts'
import type { DeleteBatch } from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'

/*
 * The protocol of the threads that access storage: several calls per message, because a message
 * costs as much as a short call.
 */

/** The calls that threads answer, for an inventory or a repository; removals belong to neither. */
interface StorageCalls extends StoreScanner, RepositoryReader {
  readonly deleteBatch: DeleteBatch
}

export type StorageCall = {
  [M in keyof StorageCalls]: { readonly method: M; readonly args: Parameters<StorageCalls[M]> }
}[keyof StorageCalls]

/** `code` and `path` if it was a `StoreError`. */
export interface FailedCall {
  readonly message: string
  readonly code?: StoreError['code']
  readonly path?: string
}

export type CallOutcome = { readonly value: unknown } | FailedCall

export interface ThreadRequest {
  readonly id: number
  readonly root: string
  readonly calls: readonly ScopedCall[]
}

export type ScopedCall = StorageCall & { readonly scope: number }

export interface ThreadAnswer {
  readonly id: number
  /** One for each call, in their order. */
  readonly outcomes: readonly CallOutcome[]
}

export function outcomeOf(error: unknown): FailedCall {
  if (error instanceof StoreError) {
    return { message: error.message, code: error.code, path: error.key }
  }
  return { message: error instanceof Error ? error.message : String(error) }
}

/** The error that an outcome stands for. */
export const errorOf = (outcome: FailedCall): Error =>
  outcome.code !== undefined && outcome.path !== undefined
    ? new StoreError(outcome.code, outcome.path)
    : new Error(outcome.message)
