import type { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WireExplanation } from '#contract/jobs/garbage-collection.ts'
import type { Explanation } from '#gc/explain/explain.ts'
import type { DatedExplanation } from '#services/garbage-collection/explanations.ts'
import { sparingWhatRuns } from '#services/garbage-collection/spare-running.ts'
import { getPolicy } from '#services/settings/policy.ts'
import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { ApiError, refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf, type Viewer } from '../accounts/viewer.ts'
import { toExplanationResponse } from './explanation-response.ts'

export const explanationHandlers = (services: ApiServices) =>
  ({
    explainDigest: async (context) => {
      const digest = parseDigest(context.req.param('digest'))
      if (!digest.ok) throw refusalError(digest.refusal)
      const viewer = viewerOf(context)
      const { explanation, asOfMs, isCurrent } = await explain(services, digest.value, viewer)
      if (explanation.kind === 'absent') {
        throw new ApiError('NO_SUCH_REF', `nothing here has the digest ${digest.value}`)
      }
      const body: WireExplanation = {
        asOf: toInstant(asOfMs),
        isCurrent,
        ...toExplanationResponse(digest.value, explanation, viewer),
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>

/**
 * Most digests asked for belong to a tag, so the index knows them. Only the others need a read of
 * the whole store; a digest that the viewer may not see answers like a missing one, and as fast.
 */
async function explain(
  { registry, state, explanations, running, clock }: ApiServices,
  digest: Digest,
  viewer: Viewer,
): Promise<DatedExplanation> {
  const asOfNow = (explanation: Explanation): DatedExplanation => ({
    explanation,
    asOfMs: clock.nowMs(),
    isCurrent: true,
  })
  const byTag = await registry.queries.tagOver(digest, viewer.sees)
  if (byTag) {
    const { steps, ...tag } = byTag
    return asOfNow({ kind: 'kept', root: { kind: 'tag', ...tag }, path: steps })
  }
  if (!viewer.isAdmin && !(await isVisible(registry, digest, viewer))) {
    return asOfNow({ kind: 'absent' })
  }
  return explanations.explainDigest(
    digest,
    await sparingWhatRuns(await getPolicy({ state }), running),
  )
}

async function isVisible(
  { queries, trash }: ApiServices['registry'],
  digest: Digest,
  viewer: Viewer,
): Promise<boolean> {
  if (await queries.isLinked(digest, viewer.sees)) return true
  const deleted = (await trash.list()).filter(({ repository }) => viewer.sees(repository))
  return deleted.some(({ manifests }) => manifests.some((each) => each.digest === digest))
}
