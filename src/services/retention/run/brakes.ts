import { formatByteSize } from '#domain/values/byte-size.ts'
import type { Rule } from '#domain/retention/policy.ts'
import type { RetentionSettings } from '#domain/policy/retention-settings.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Preview } from '../preview.ts'

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

/** Of every form that tags have: what matches all of them matches whatever there is. */
const names = ['latest', 'v1.2.3', '0', '_', 'pr-12', `sha256-${'a'.repeat(64)}.sig`, 'Zq9.x_7']

/** A rule of removal that neither a name nor an age nor anything else limits. */
export function matchesEverything({ verb, selector }: Rule): boolean {
  const { tags, ...conditions } = selector
  if (verb !== 'remove' || Object.values(conditions).some((one) => one !== null)) return false
  return tags === null || names.every((name) => tags.matches(name))
}

/**
 * What must not run without approval. Policies wait by repository, and so does too large a share of
 * its tags; too many images or bytes hold the whole run.
 */
export function brakesOn(
  { policies, byRepository }: Pick<Preview, 'policies' | 'byRepository'>,
  { approveFirst, approvals, maximumShare, maximumImages }: RetentionSettings,
  registryBytes: number,
): readonly Brake[] {
  const brakes: Brake[] = []
  for (const { repository, tags, removedTags } of byRepository) {
    const policy = policies.get(repository)
    if (policy === undefined) continue
    const { scope, version, rules } = policy
    const isApproved = version !== null && approvals[scope]?.version === version
    const whole = rules.find(matchesEverything)
    const of = scope === 'registry' ? 'the policy of the registry' : `the policy of ${scope}`
    if (!isApproved && whole !== undefined) {
      const message = `${of} has a rule that takes everything (line ${whole.line})`
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
