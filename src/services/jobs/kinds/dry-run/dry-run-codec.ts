import { collectionPhases, type CollectionResult } from '#domain/collection/collection-result.ts'
import { readCollectionResult } from '#domain/collection/stored-result.ts'
import { fieldsOr, textOr } from '#domain/values/json-fields.ts'
import type { JobCodec } from '../../job-kind.ts'
import { readCollectionRequest, type CollectionRequest } from '../collection/collection-codec.ts'

export interface DryRunResult extends CollectionResult {
  /** The plan that it made and stored; null: it was stopped before. */
  readonly planID: string | null
}

/** What is stored of a collection that only plans. */
export const dryRunCodec: JobCodec<CollectionRequest, DryRunResult> = {
  name: 'dry-run',
  phases: collectionPhases,
  readRequest: readCollectionRequest,
  readResult(stored) {
    const result = readCollectionResult(stored)
    return result && { ...result, planID: textOr(fieldsOr(stored).planID, null) }
  },
}
