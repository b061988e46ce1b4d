import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'
import { isFields } from '#domain/values/json-fields.ts'

/** Undefined if it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether it says what to remove, and why: anything else is not planned, so that it stays. */
export const isPlannedRemoval = (value: unknown): value is PlannedRemoval =>
  isFields(value) &&
  typeof value.step === 'string' &&
  removalCauses.some((cause) => cause === value.cause) &&
  typeof value.sizeBytes === 'number' &&
  typeof value.isManifest === 'boolean' &&
  [value.repository, value.digest, value.name].every(
    (one) => one === null || typeof one === 'string',
  )
