import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { recordActivity } from '#services/activity/record-activity.ts'
import { actorOf } from '../../env.ts'
import type { V2Call } from '../v2-call.ts'

/**
 * Writes down what came into a repository by its digest alone: a manifest without a tag, or a blob of
 * another repository. Of which one is not said, for not everybody who sees this may know of that.
 */
export async function recordByDigest(
  { services, context }: V2Call,
  kind: 'manifest pushed' | 'blob mounted',
  repository: RepositoryName,
  digest: Digest,
): Promise<void> {
  await recordActivity(services, kind, actorOf(context), { repository, subject: digest })
}
