import { AgreementError } from '#coordination/agreement-error.ts'
import { StateError } from '#state/state-error.ts'
import { StoreError } from '#storage/errors.ts'

/** An error with where it came from, and why it came about: a storage says it in the cause. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Every request meets it while a database is lost: where, does not matter.
  if (error instanceof StateError && error.code === 'UNAVAILABLE') return error.message
  if (error instanceof AgreementError) return error.message
  // So does each that is under way when a server loses its storage to another.
  if (error instanceof StoreError && error.code === 'NOT_HELD') return error.message
  const { cause, stack = error.message } = error
  return cause instanceof Error ? `${stack}\n    because ${cause.message}` : stack
}
