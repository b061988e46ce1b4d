import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { CreateDigester } from '#storage/digester.ts'

interface ContentsDigestDeps {
  readonly createDigester: CreateDigester
  readonly pause: Pause
}

/**
 * A digest of all tags and manifests of a repository: while it is the same, no tag has been pushed,
 * moved or deleted, and no manifest.
 */
export async function contentsDigest(
  { createDigester, pause }: ContentsDigestDeps,
  { tags, manifests }: Pick<RepositoryGraph, 'tags' | 'manifests'>,
): Promise<Digest> {
  const digester = createDigester('sha256')
  const encoder = new TextEncoder()
  const maybeYield = createMaybeYield(pause)
  // Copied first: both may change during a pause.
  const names = Array.from(tags, ([name, { digest }]) => `${name} ${digest ?? ''}\n`)
  const digests = Array.from(manifests.keys(), (digest) => `${digest}\n`)
  for (const line of [...names.toSorted(), ...digests.toSorted()]) {
    digester.update(encoder.encode(line))
    await maybeYield()
  }
  return digester.digest()
}
