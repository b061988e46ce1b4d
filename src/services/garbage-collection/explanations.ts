import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { Explanation } from '#gc/explain/explain.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import type { KeptLook } from './kept-look.ts'

export interface Explanations {
  explainDigest(digest: Digest, policy: CollectionPolicy): Promise<Explanation>
}

export interface ExplanationsDeps {
  readonly keptLook: Pick<KeptLook, 'current'>
  readonly queries: Pick<RepositoryQueries, 'isStored'>
}

/** Why a digest is here. What is not stored needs no look at the store. */
export const createExplanations = ({ keptLook, queries }: ExplanationsDeps): Explanations => ({
  async explainDigest(digest, policy) {
    // By another algorithm a digest may be linked to bytes that are stored by their sha256.
    if (isSha256(digest) && !(await queries.isStored(digest))) return { kind: 'absent' }
    const look = await keptLook.current()
    return look.explain(digest, policy)
  },
})
