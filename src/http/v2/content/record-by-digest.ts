import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { recordActivity } from '#services/activity/record-activity.ts'
import { actorOf } from '../../request-context.ts'
import type { V2Call } from '../v2-call.ts'

/**
 * Records what came into a repository by its digest alone: a manifest without a tag, or a blob of
 * another repository. It does not name that repository, because not all readers of the activity may
 * see it.
 */
export async function recordByDigest(
  { services, context }: V2Call,
  kind: 'manifest pushed' | 'blob mounted',
  repository: RepositoryName,
  digest: Digest,
): Promise<void> {
  await recordActivity(services, kind, actorOf(context), { digest }, { repository })
}
