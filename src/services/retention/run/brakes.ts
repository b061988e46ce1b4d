import { formatByteSize } from '#domain/values/byte-size.ts'
import type { RetentionSettings } from '#domain/policy/retention-settings.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ShownPreview } from '../preview.ts'

export const brakeReasons = [
  'first run',
  'matches everything',
  'share of tags',
  'share of bytes',
  'number of images',
] as const

/** Why something waits for the approval of an administrator. */
export interface Brake {
  readonly reason: (typeof brakeReasons)[number]
  /** Null: the whole run waits. */
  readonly repository: RepositoryName | null
  /** For a person. */
  readonly message: string
}

/**
 * What must not run without approval. Policies wait by repository, and so does too large a share of
 * its tags; too many images or bytes hold the whole run.
 */
export function brakesOn(
  { policies, byRepository }: Pick<ShownPreview, 'policies' | 'byRepository'>,
  { approveFirst, approvals, maximumShare, maximumImages }: RetentionSettings,
  registryBytes: number,
): readonly Brake[] {
  const brakes: Brake[] = []
  for (const { repository, tags, removedTags } of byRepository) {
    const policy = policies.get(repository)
    if (policy === undefined) continue
    const { scope, version, takesAllOnLine } = policy
    const isApproved = version !== null && approvals[scope]?.version === version
    const of = scope === 'registry' ? 'the policy of the registry' : `the policy of ${scope}`
    if (!isApproved && takesAllOnLine !== null) {
      const message = `${of} has a rule that takes everything (line ${takesAllOnLine})`
      brakes.push({ reason: 'matches everything', repository, message })
    } else if (!isApproved && approveFirst) {
      const message = `${of} is new or was changed, and has not been approved since`
      brakes.push({ reason: 'first run', repository, message })
    }
    if (removedTags * 100 > tags * maximumShare) {
      const message = `${removedTags} of the ${tags} tags of ${repository} would go, more than ${maximumShare} %`
      brakes.push({ reason: 'share of tags', repository, message })
    }
  }
  // What waits by itself does not go now.
  const held = new Set(brakes.map(({ repository }) => repository))
  const going = byRepository.filter(({ repository }) => !held.has(repository))
  const images = going.reduce((sum, one) => sum + one.images, 0)
  const freedBytes = going.reduce((sum, one) => sum + one.freedBytes, 0)
  if (maximumImages !== null && images > maximumImages) {
    const message = `${images} images would go, more than ${maximumImages}`
    brakes.push({ reason: 'number of images', repository: null, message })
  }
  if (freedBytes * 100 > registryBytes * maximumShare) {
    const [freed, all] = [formatByteSize(freedBytes), formatByteSize(registryBytes)]
    const message = `${freed} of ${all} would go, more than ${maximumShare} %`
    brakes.push({ reason: 'share of bytes', repository: null, message })
  }
  return brakes
}
