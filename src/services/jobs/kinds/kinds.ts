import type { JobKind } from '../job-kind.ts'
import { collectionKind } from './collection/collection-kind.ts'
import type { CollectionDeps } from './collection/prepare-collection.ts'
import { dryRunKind } from './dry-run/dry-run-kind.ts'
import type { KeepPlanDeps } from './dry-run/keep-plan.ts'
import { retentionKind, type RetentionDeps } from './retention/retention-kind.ts'
import { verificationKind, type VerificationDeps } from './verification/verification-kind.ts'

export type JobKindDeps = CollectionDeps & KeepPlanDeps & VerificationDeps & RetentionDeps

/** Every kind of job. A new kind is a folder beside this file, and a line here. */
export const createJobKinds = (deps: JobKindDeps): readonly JobKind[] => [
  collectionKind(deps),
  dryRunKind(deps),
  verificationKind(deps),
  retentionKind(deps),
]
