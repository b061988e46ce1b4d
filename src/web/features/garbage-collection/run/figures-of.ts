import type { WireCollectionResult } from '#contract/jobs/collection-jobs.ts'
import type { Amount } from '../plan/causes.ts'

interface Figures {
  readonly failed: Amount
  /** Planned, and neither deleted nor failed nor left; with the failed ones in older results. */
  readonly skipped: Amount
  readonly isFailedKnown: boolean
}

const none: Amount = { bytes: 0, layers: 0, manifests: 0 }

/** The layers and manifests of a plan that were not deleted: with the others they are the plan. */
export function figuresOf({ planned, removed, left, failed }: WireCollectionResult): Figures {
  const rest = (field: 'layers' | 'manifests') =>
    Math.max(0, planned[field] - removed[field] - left[field] - (failed?.[field] ?? 0))
  return {
    failed: failed ?? none,
    skipped: { bytes: 0, layers: rest('layers'), manifests: rest('manifests') },
    isFailedKnown: failed !== undefined,
  }
}
