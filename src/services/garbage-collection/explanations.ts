import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { Explanation } from '#gc/explain/explain.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import type { KeptLook } from './kept-look.ts'

/** An explanation, and the moment that it describes. */
export interface DatedExplanation {
  readonly explanation: Explanation
  /** What other software wrote after this moment is not in it. */
  readonly asOfMs: number
  /** False: a newer explanation is being prepared. Ask again soon. */
  readonly isCurrent: boolean
}

export interface Explanations {
  explainDigest(digest: Digest, policy: CollectionPolicy): Promise<DatedExplanation>
}

export interface ExplanationsDeps {
  readonly clock: Clock
  readonly keptLook: Pick<KeptLook, 'now'>
  readonly queries: Pick<RepositoryQueries, 'isStored'>
}

/** Why a digest is here. What is not stored needs no look at the store. */
export const createExplanations = ({
  clock,
  keptLook,
  queries,
}: ExplanationsDeps): Explanations => ({
  async explainDigest(digest, policy) {
    // By another algorithm a digest may be linked to bytes that are stored by their sha256.
    if (isSha256(digest) && !(await queries.isStored(digest))) {
      return { explanation: { kind: 'absent' }, asOfMs: clock.nowMs(), isCurrent: true }
    }
    const known = await keptLook.now()
    const explanation = await known.look.explain(digest, policy)
    // Other software has stored it since.
    const isUnknown = explanation.kind === 'absent' && !known.isCurrent
    const { look, isCurrent } = isUnknown ? await keptLook.now('until current') : known
    return {
      explanation: isUnknown ? await look.explain(digest, policy) : explanation,
      asOfMs: look.readAtMs,
      isCurrent,
    }
  },
})
