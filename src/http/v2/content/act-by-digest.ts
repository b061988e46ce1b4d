import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { createEvent } from '#services/activity/record-activity.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import { actorOf } from '../../request-context.ts'
import type { V2Call } from '../v2-call.ts'

/**
 * The activity to record once something has come into a repository by its digest alone: a manifest
 * without a tag, or a blob of another repository. It does not name that repository, because not all
 * readers of the activity may see it.
 */
export function actByDigest(
  { services, context }: V2Call,
  kind: 'manifest pushed' | 'blob mounted',
  repository: RepositoryName,
  digest: Digest,
): PendingAct {
  const event = createEvent(services, kind, actorOf(context), { digest }, { repository })
  return {
    event,
    witness: { kind: 'linked', repository, digest, sinceMs: event.atMs },
    push: null,
  }
}
