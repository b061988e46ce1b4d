import type { Explanation } from '#gc/explain/explain.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'

/** Answers for one look at the whole store. */
export type Explain = (digest: Digest) => Promise<Explanation>

export interface Explanations {
  explainDigest(digest: Digest, policy: CollectionPolicy): Promise<Explanation>
  /** A look that started before this does not answer later questions. */
  registryChanged(): void
}

/**
 * Concurrent questions share one look at the store: each costs as much as a plan. Nothing is kept
 * after the answer, because a look at a large store is large itself.
 *
 * @param look reads all that is stored, under a policy
 */
export function createExplanations(
  look: (policy: CollectionPolicy) => Promise<Explain>,
): Explanations {
  let version = 0
  const underWay = new Map<string, Promise<Explain>>()

  function shared(policy: CollectionPolicy): Promise<Explain> {
    const key = JSON.stringify([version, policy])
    const begun = underWay.get(key)
    if (begun) return begun
    const looking = look(policy).finally(() => underWay.delete(key))
    underWay.set(key, looking)
    return looking
  }

  return {
    async explainDigest(digest, policy) {
      const explain = await shared(policy)
      return explain(digest)
    },
    registryChanged() {
      version += 1
    },
  }
}
