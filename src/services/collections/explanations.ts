import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Explanation } from '#gc/explain/explain.ts'
import type { KeptLook } from './kept-look.ts'

export interface Explanations {
  explainDigest(digest: Digest, policy: CollectionPolicy): Promise<Explanation>
}

export const createExplanations = (keptLook: Pick<KeptLook, 'current'>): Explanations => ({
  async explainDigest(digest, policy) {
    const look = await keptLook.current()
    return look.explain(digest, policy)
  },
})
