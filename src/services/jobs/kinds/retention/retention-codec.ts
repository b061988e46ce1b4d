import { parseRetentionScope, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import { fieldsOr, textOr } from '#domain/values/json-fields.ts'
import type { StoredJob } from '#state/jobs.ts'
import {
  readRetentionResult,
  type RetentionResult,
} from '../../../retention/run/retention-result.ts'
import { retentionPhases } from '../../../retention/run/run-retention.ts'
import type { JobCodec } from '../../job-kind.ts'

export interface RetentionRequest {
  readonly scope: RetentionScope
  /** The preview that it runs; null: it judges itself. */
  readonly previewID: string | null
}

export type RetentionJob = StoredJob<RetentionRequest, RetentionResult>

/** What is stored of a run of the rules of retention. */
export const retentionCodec: JobCodec<RetentionRequest, RetentionResult> = {
  name: 'retention',
  phases: retentionPhases,
  readRequest(stored) {
    const { scope, previewID } = fieldsOr(stored)
    const parsed = parseRetentionScope(scope)
    return {
      scope: parsed.ok ? parsed.value : wholeRegistry,
      previewID: textOr(previewID, null),
    }
  },
  readResult: readRetentionResult,
}
