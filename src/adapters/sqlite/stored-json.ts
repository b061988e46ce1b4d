import {
  collectionPhases,
  nothingRemoved,
  type CollectionProgress,
  type CollectionResult,
  type PlannedRemoval,
  type Verification,
} from '#domain/collection/collection-result.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'

/*
 * Data of earlier versions lacks some of the present fields, and data that was edited by hand may
 * hold anything: neither may reach code that relies on types. Missing parts are completed.
 */

/** Undefined if it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Empty if it is no list, so that it allows nothing. */
export const stringsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((one) => typeof one === 'string')

/** The value if it is allowed, else the fallback. */
export function oneOf<const T>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise
}

const numberOr = <T>(value: unknown, otherwise: T): number | T =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise

const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise

const fieldsOr = (value: unknown): Fields => (isFields(value) ? value : {})

/** Numbers and texts of an object, each replaced by its default if it has another type. */
function complete<T extends object>(defaults: T, value: unknown): T {
  const fields = fieldsOr(value)
  const entries = Object.entries(defaults).map(([name, otherwise]) => [
    name,
    typeof fields[name] === typeof otherwise ? fields[name] : otherwise,
  ])
  return Object.fromEntries(entries) as T
}

export function progressOf(value: unknown): CollectionProgress | null {
  if (!isFields(value)) return null
  return {
    ...complete({ done: 0, total: 0, bytesFreed: 0, bytesPerSecond: 0 }, value),
    phase: oneOf(collectionPhases, value.phase, 'marking'),
    remainingMs: numberOr(value.remainingMs, null),
    repository: textOr(value.repository, null),
  }
}

function verificationOf(value: unknown): Verification | null {
  if (!isFields(value)) return null
  return {
    ...complete({ tags: 0, wholeTags: 0 }, value),
    broken: listOf(value.broken).map((one) =>
      complete({ repository: '', tag: '', reason: '' }, one),
    ),
    ...(value.unread === undefined
      ? {}
      : {
          unread: listOf(value.unread).map((one) => complete({ repository: '', reason: '' }, one)),
        }),
  }
}

export function resultOf(value: unknown): CollectionResult | null {
  if (!isFields(value)) return null
  const byCause = fieldsOr(value.byCause)
  const removed = (one: unknown) => complete(nothingRemoved, one)
  return {
    ...complete({ dryRun: false, skipped: 0, storedBytes: 0, gateClosedMs: 0 }, value),
    planned: removed(value.planned),
    removed: removed(value.removed),
    left: removed(value.left),
    byCause: Object.fromEntries(
      removalCauses.flatMap((cause) =>
        byCause[cause] === undefined ? [] : [[cause, removed(byCause[cause])]],
      ),
    ),
    byRepository: Object.fromEntries(
      Object.entries(fieldsOr(value.byRepository)).map(([name, one]) => [name, removed(one)]),
    ),
    failures: listOf(value.failures).map((one) => complete({ subject: '', reason: '' }, one)),
    endedBy: oneOf(['done', 'stopped', 'time limit'], value.endedBy, 'done'),
    verification: verificationOf(value.verification),
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
