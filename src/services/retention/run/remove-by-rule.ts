import type { IsGivenUp } from '#domain/time/clock.ts'
import { scopesOf } from '#domain/retention/scope.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { RegistryChange } from '#registry/registry-change.ts'
import type { SoftDeleted } from '#registry/trash/trash.ts'
import type { RetentionPolicies } from '#state/retention-policies.ts'
import { theServer } from '../../activity/actor.ts'
import type { JobTask } from '../../jobs/job-kind.ts'
import { deleteImage, deleteTag, type DeletionDeps } from '../../images/deletion.ts'
import type { PullRecorder } from '../pull-recorder.ts'
import type { RunningGuard } from '../running/running-guard.ts'
import type { DecidingPolicy, PreviewRow } from '../preview-summary.ts'
import type { ChangesOfOthers } from './changes-of-others.ts'

/** What a rule takes stays in the trash for at least this long, whatever the policy says. */
const atLeastMs = 24 * 3_600_000

export type RemovalDeps = DeletionDeps & {
  readonly state: { readonly retentionPolicies: Pick<RetentionPolicies, 'newestOf'> }
  readonly pullRecorder: Pick<PullRecorder, 'lastPulled'>
  readonly running: Pick<RunningGuard, 'whyNotClean'>
}

/** Who asks: a job, and the account that started it; null: it started by itself. */
export type CleaningRun = Pick<JobTask, 'startedBy' | 'jobID'>

export type Removal =
  | { readonly kind: 'removed' }
  /** It stays, for a reason of its own. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Something in the repository changed: what was judged may not be true any more. */
  | { readonly kind: 'look again' }
  /** Nothing more of the repository may go. */
  | { readonly kind: 'policy changed' }

const nothingIsOwn: (change: RegistryChange) => boolean = () => false

class NotNow extends Error {
  readonly removal: Removal

  constructor(removal: Removal) {
    super(removal.kind)
    this.removal = removal
  }
}

/** Whether the policy that was judged by still is the one that decides. */
async function isInForce(
  { state }: RemovalDeps,
  repository: RepositoryName,
  { scope, version }: DecidingPolicy,
): Promise<boolean> {
  const scopes: readonly string[] = scopesOf(repository)
  const newest = await state.retentionPolicies.newestOf(scopes)
  const [deciding] = newest
    .filter(({ text }) => text !== null)
    .toSorted((one, other) => scopes.indexOf(one.scope) - scopes.indexOf(other.scope))
  return deciding?.scope === scope && deciding.version === version
}

const asksForPulls = ({ rules }: DecidingPolicy): boolean =>
  rules.some(({ selector }) => selector.notPulledForMs !== null || selector.newest?.by === 'pulled')

/** Whether it was not pulled since it was judged, as far as rules ask for that. */
async function isUnpulled(
  { pullRecorder }: RemovalDeps,
  { repository, tag, digest, lastPulledAtMs }: PreviewRow,
  policy: DecidingPolicy,
): Promise<boolean> {
  if (!asksForPulls(policy)) return true
  const last = await pullRecorder.lastPulled(repository, tag === null ? [digest] : [digest, tag])
  return last === null || last <= (lastPulledAtMs ?? -Infinity)
}

/** Whether the tag is as it was judged: neither pushed since, nor linked by other software. */
async function isUnmoved({ state, registry }: RemovalDeps, row: PreviewRow): Promise<boolean> {
  const { repository, tag, digest, pushedAtMs, pushedByMs } = row
  if (tag === null) return true
  const link = await registry.catalog.tag(repository, tag as TagName)
  if (link?.digest !== digest) return false
  // A part of a millisecond is how it was read.
  if (link.linkedAtMs >= (pushedByMs ?? 0) + 1) return false
  const [push] = await state.pushes.latest(repository, [tag])
  return push?.digest !== digest || push.atMs <= (pushedAtMs ?? 0)
}

/**
 * Moves what a rule takes to the trash, as a person does, if nothing has changed since it was
 * judged. That is looked at within the lock of the repository.
 */
export async function removeByRule(
  deps: RemovalDeps,
  row: PreviewRow,
  {
    policy,
    others,
    run: { startedBy, jobID },
    isStopped,
  }: {
    readonly policy: DecidingPolicy
    readonly others: ChangesOfOthers
    readonly run: CleaningRun
    readonly isStopped: IsGivenUp
  },
): Promise<Removal> {
  const { repository, tag, rule } = row
  const digest = row.digest as Digest
  async function lookAgain(): Promise<void> {
    if (!(await isInForce(deps, repository, policy))) throw new NotNow({ kind: 'policy changed' })
    // What runs is looked at by the deletion itself, as for a person.
    const whyNot = await deps.running.whyNotClean(policy)
    if (whyNot !== null) throw new NotNow({ kind: 'skipped', reason: whyNot })
    const isSame =
      (await isUnmoved(deps, row)) &&
      (await isUnpulled(deps, row, policy)) &&
      !(await others.hasChanged(repository))
    if (!isSame) throw new NotNow({ kind: 'look again' })
    others.ownBegins(repository)
  }
  const request = {
    repository,
    expectedDigest: digest,
    actor: theServer,
    byRule: {
      scope: policy.scope,
      rule: rule?.words ?? '',
      ...(startedBy !== null && { startedBy }),
      jobID,
    },
    atLeastMs,
    beforeChange: lookAgain,
    isGivenUp: isStopped,
  }
  let isOwn = nothingIsOwn
  try {
    const deleted =
      tag === null
        ? await deleteImage(deps, { ...request, reference: digest, onlyUntagged: true })
        : await deleteTag(deps, { ...request, reference: tag as TagName })
    if (!deleted.ok) return { kind: 'skipped', reason: deleted.refusal.message }
    isOwn = ownChangesOf(deleted.value)
    return { kind: 'removed' }
  } catch (error) {
    if (error instanceof NotNow) return error.removal
    throw error
  } finally {
    others.ownEnds(isOwn)
  }
}

/** The changes that a deletion tells of: those of its own tags and manifests. */
function ownChangesOf(deleted: SoftDeleted): (change: RegistryChange) => boolean {
  const { entry } = deleted
  const ofTags = deleted.kind === 'untagged' ? deleted.tags : []
  const tags = new Set<string>([...ofTags, ...(entry?.tags ?? []).map(({ name }) => name)])
  const manifests = new Set<string>((entry?.manifests ?? []).map((one) => one.digest))
  return (change) =>
    change.isGone !== true &&
    change.tags.every((tag) => tags.has(tag)) &&
    change.manifests.every((manifest) => manifests.has(manifest))
}
