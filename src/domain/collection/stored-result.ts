import { complete, fieldsOr, isFields, listOf, numberOr, oneOf } from '../values/json-fields.ts'
import {
  nothingRemoved,
  type CollectionResult,
  type FoundBroken,
  type Removed,
  type Verification,
} from './collection-result.ts'
import { removalCauses } from './removal-cause.ts'
import { noStoredParts } from './stored-parts.ts'

function readBroken(one: unknown): FoundBroken {
  const { digest } = fieldsOr(one)
  return {
    ...complete({ repository: '', tag: '', reason: '' }, one),
    ...(typeof digest === 'string' ? { digest } : {}),
  }
}

/** A stored verification, of an earlier version too. Null if it is none. */
export function readVerification(stored: unknown): Verification | null {
  if (!isFields(stored)) return null
  return {
    ...complete({ tags: 0, wholeTags: 0 }, stored),
    broken: listOf(stored.broken).map(readBroken),
    ...(stored.unread === undefined
      ? {}
      : {
          unread: listOf(stored.unread).map((one) => complete({ repository: '', reason: '' }, one)),
        }),
    ...(typeof stored.absentPlatforms === 'number'
      ? { absentPlatforms: stored.absentPlatforms }
      : {}),
  }
}

const removed = (one: unknown): Removed => complete(nothingRemoved, one)

/** The stored result of a collection, of an earlier version too. Null if it is none. */
export function readCollectionResult(stored: unknown): CollectionResult | null {
  if (!isFields(stored)) return null
  const byCause = fieldsOr(stored.byCause)
  return {
    ...complete({ dryRun: false, skipped: 0, storedBytes: 0, gateClosedMs: 0 }, stored),
    planned: removed(stored.planned),
    removed: removed(stored.removed),
    left: removed(stored.left),
    ...(stored.leftIn === undefined
      ? {}
      : {
          leftIn: listOf(stored.leftIn).map((one) => complete({ repository: '', reason: '' }, one)),
        }),
    ...(stored.failed === undefined ? {} : { failed: removed(stored.failed) }),
    byCause: Object.fromEntries(
      removalCauses.flatMap((cause) =>
        byCause[cause] === undefined ? [] : [[cause, removed(byCause[cause])]],
      ),
    ),
    byRepository: Object.fromEntries(
      Object.entries(fieldsOr(stored.byRepository)).map(([name, one]) => [name, removed(one)]),
    ),
    failures: listOf(stored.failures).map((one) => complete({ subject: '', reason: '' }, one)),
    endedBy: oneOf(['done', 'stopped', 'time limit'], stored.endedBy, 'done'),
    ...(isFields(stored.storedParts)
      ? { storedParts: complete(noStoredParts, stored.storedParts) }
      : {}),
    ...(stored.freeBytes === undefined ? {} : { freeBytes: numberOr(stored.freeBytes, null) }),
    verification: readVerification(stored.verification),
  }
}
