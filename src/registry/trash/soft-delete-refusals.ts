import type { Digest } from '#domain/values/digest.ts'
import { err, type Result } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { SoftDelete, SoftDeleted, SoftDeleteRefusal } from './trash.ts'

export type Outcome = Result<SoftDeleted, SoftDeleteRefusal>

export const refuse = (
  code: SoftDeleteRefusal['code'],
  message: string,
  more: Partial<SoftDeleteRefusal> = {},
): Outcome => err({ code, message, ...more })

export const noSuchRepository = (repository: RepositoryName): Outcome =>
  refuse('NO_SUCH_REPOSITORY', `there is no repository ${repository}: check its name`)

export const noSuchManifest = ({ repository, reference }: SoftDelete): Outcome =>
  refuse(
    'NO_SUCH_REF',
    `${repository} has no manifest ${reference}: it may have been deleted already`,
  )

/** The refusal of a request whose person saw the reference lead elsewhere; null: it has not moved. */
export const changed = (
  { reference, expectedDigest }: SoftDelete,
  digest: Digest,
): Outcome | null =>
  expectedDigest === undefined || expectedDigest === digest
    ? null
    : refuse('REFERENCE_CHANGED', `${reference} is now ${digest}; look again before deleting it`, {
        digest,
      })

/** The refusal of a request that is about an untagged image; null: it has no tag. */
export const tagged = (
  { onlyUntagged }: SoftDelete,
  digest: Digest,
  tags: readonly string[],
): Outcome | null =>
  onlyUntagged && tags.length > 0
    ? refuse('REFERENCE_CHANGED', `${digest} has a tag now: ${tags.join(', ')}`)
    : null
