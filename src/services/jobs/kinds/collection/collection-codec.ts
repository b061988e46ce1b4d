import { collectionPhases, type CollectionResult } from '#domain/collection/collection-result.ts'
import { readCollectionResult } from '#domain/collection/stored-result.ts'
import { fieldsOr, numberOr, textOr } from '#domain/values/json-fields.ts'
import type { StoredJob } from '#state/jobs.ts'
import type { JobCodec } from '../../job-kind.ts'

export interface CollectionRequest {
  /** The plan that it may not exceed; null: it makes its own. */
  readonly planID: string | null
  /** What was deleted less than this many hours ago stays; null: as the policy says. */
  readonly spareDeletedHours: number | null
}

export type CollectionJob = StoredJob<CollectionRequest, CollectionResult>

export const readCollectionRequest = (stored: unknown): CollectionRequest => ({
  planID: textOr(fieldsOr(stored).planID, null),
  spareDeletedHours: numberOr(fieldsOr(stored).spareDeletedHours, null),
})

/** What is stored of a collection that removes what it finds. */
export const collectionCodec: JobCodec<CollectionRequest, CollectionResult> = {
  name: 'collection',
  phases: collectionPhases,
  readRequest: readCollectionRequest,
  readResult: readCollectionResult,
}
