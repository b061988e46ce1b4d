import type { CollectionResult } from '#domain/collection/collection-result.ts'
import type { JobView } from '../../job-kind.ts'
import { dryRunCodec, type DryRunResult } from '../dry-run/dry-run-codec.ts'
import { collectionCodec, type CollectionRequest } from './collection-codec.ts'

/** A collection, or a dry run of one. */
export type CollectionView = JobView<CollectionRequest, CollectionResult | DryRunResult>

/** The kinds of jobs that are collections: those that remove what they find, and dry runs. */
export const collectionKinds: readonly string[] = [collectionCodec.name, dryRunCodec.name]

export const isCollectionView = (view: JobView): view is CollectionView =>
  collectionKinds.includes(view.job.kind)

/** One collection or dry run at a time. A verification runs beside it. */
export function conflictWithCollection({ job, stopping }: JobView): string | null {
  if (!collectionKinds.includes(job.kind)) return null
  return stopping
    ? 'a collection is just being stopped: try again when it has ended'
    : 'a collection is running already: wait until it has finished, or stop it'
}
