import type { Verification } from '#domain/collection/collection-result.ts'
import { readVerification } from '#domain/collection/stored-result.ts'
import { fieldsOr } from '#domain/values/json-fields.ts'
import type { JobCodec, JobView } from '../../job-kind.ts'

export interface VerificationRequest {
  /** Every byte is read, instead of comparing sizes. */
  readonly full: boolean
}

/** A check of every tag that a person requested. */
export type VerificationView = JobView<VerificationRequest, Verification>

/** What is stored of a verification. Its result names at most a hundred flaws. */
export const verificationCodec: JobCodec<VerificationRequest, Verification> = {
  name: 'verification',
  phases: ['verifying'],
  readRequest: (stored) => ({ full: fieldsOr(stored).full === true }),
  readResult(stored) {
    const found = readVerification(stored)
    return found && { ...found, unread: found.unread ?? [] }
  },
}
