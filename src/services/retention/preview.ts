import type { Clock, Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import { factsNeededBy } from '#domain/retention/conditions.ts'
import { evaluate } from '#domain/retention/evaluate.ts'
import { noPullsRecorded, type RecordedPulls, type TimeRange } from '#domain/retention/facts.ts'
import type { RetentionPolicy, Rule } from '#domain/retention/policy.ts'
import { scopesOf, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import type { Evaluation, Verdict, VerdictKind } from '#domain/retention/verdict.ts'
import { coversRepository } from '#domain/access/access-level.ts'
import type { Digest } from '#domain/values/digest.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Going } from '#registry/queries/retention/freed-bytes.ts'
import { sortCooperatively } from '#registry/queries/sort-cooperatively.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import type { Pushes } from '#state/pushes.ts'
import { listRetentionPolicies, type RetentionDeps } from './policies.ts'

export interface PreviewDeps extends RetentionDeps {
  readonly clock: Clock
  readonly pause: Pause
  readonly queries: Pick<RepositoryQueries, 'repositories' | 'retentionFacts' | 'bytesFreedBy'>
  readonly state: RetentionDeps['state'] & { readonly pushes: Pick<Pushes, 'latest'> }
  /** Default: none are recorded. */
  readonly pullsOf?: (repository: RepositoryName) => Promise<RecordedPulls>
}

export interface PreviewRequest {
  readonly scope: RetentionScope
  /** Instead of the policy of the scope; null: the policies in force. */
  readonly draft: RetentionPolicy | null
  /** The moment to judge for; null: now. */
  readonly atMs: number | null
  readonly isVisible: (repository: RepositoryName) => boolean
}

export interface PreviewRow {
  readonly repository: RepositoryName
  /** Null: an image without a tag. */
  readonly tag: string | null
  readonly digest: string
  readonly verdict: VerdictKind
  readonly rule: Rule | null
  /** As in a verdict. */
  readonly becauseOf: string | null
  readonly pushedAtMs: number | null
  readonly lastPulledAtMs: number | null
  /** What is freed with this row. All rows together have the total: each blob counts once. */
  readonly freedBytes: number
}

/** The order of the rows of a repository: by tag, as people read names. */
export const rowKey = ({ tag, digest }: Pick<PreviewRow, 'tag' | 'digest'>): string =>
  tag === null ? digest : naturalKey(tag)

export interface PreviewTotals {
  readonly verdicts: Readonly<Record<VerdictKind, number>>
  /** Images that go whole, with all that goes with them. */
  readonly images: number
  readonly freedBytes: number
}

export interface Preview {
  readonly atMs: number
  /** By repository, then by `rowKey`. */
  readonly rows: readonly PreviewRow[]
  readonly totals: PreviewTotals
  /** What the policies in force would do; null: these were asked for. */
  readonly inForce: PreviewTotals | null
  /** Repositories that were not judged, and why: they keep everything. */
  readonly leftOut: readonly { readonly repository: RepositoryName; readonly reason: string }[]
}

type Policies = ReadonlyMap<string, RetentionPolicy | { readonly problem: string }>

interface Judged {
  readonly repository: RepositoryName
  readonly evaluation: Evaluation
}

/** What rules would do. Reads only; what it finds is true of one moment, and may be old at the next. */
export async function previewRetention(
  deps: PreviewDeps,
  { scope, draft, atMs, isVisible }: PreviewRequest,
): Promise<Preview> {
  const nowMs = atMs ?? deps.clock.nowMs()
  const saved = await listRetentionPolicies(deps)
  const inForce: Policies = new Map(
    saved.map((one) => [
      one.scope,
      one.policy.ok ? one.policy.value : { problem: one.policy.refusal.message },
    ]),
  )
  const asked: Policies = draft === null ? inForce : new Map([...inForce, [scope, draft]])
  const repositories = (await deps.queries.repositories())
    .map(({ name }) => name)
    .filter((name) => scope === wholeRegistry || coversRepository(scope, name))
    .filter(isVisible)
  const found = await judgeAll(deps, repositories, asked, nowMs)
  const before = draft === null ? null : await judgeAll(deps, repositories, inForce, nowMs)
  const { rows, totals } = await summarize(deps, found.judged)
  return {
    atMs: nowMs,
    rows,
    totals,
    inForce: before && (await summarize(deps, before.judged)).totals,
    leftOut: found.leftOut,
  }
}

async function judgeAll(
  deps: PreviewDeps,
  repositories: readonly RepositoryName[],
  policies: Policies,
  nowMs: number,
): Promise<{ readonly judged: readonly Judged[]; readonly leftOut: Preview['leftOut'] }> {
  const judged: Judged[] = []
  const leftOut: { repository: RepositoryName; reason: string }[] = []
  for (const repository of repositories) {
    const deciding = scopesOf(repository).find((scope) => policies.has(scope))
    const policy = deciding === undefined ? { rules: [] } : policies.get(deciding)
    if (policy === undefined) continue
    if ('problem' in policy) {
      leftOut.push({ repository, reason: `its policy cannot be read: ${policy.problem}` })
      continue
    }
    const pulls = (await deps.pullsOf?.(repository)) ?? noPullsRecorded
    const facts = await deps.queries.retentionFacts(repository, {
      needed: factsNeededBy(policy),
      pulls,
      pushesOf: (tags) => deps.state.pushes.latest(repository, tags),
    })
    if (facts === null) continue
    const [gap] = facts.gaps
    if (gap !== undefined) {
      leftOut.push({ repository, reason: `${gap} could not be read` })
      continue
    }
    const around = { nowMs, pullsSinceMs: pulls.sinceMs }
    judged.push({
      repository,
      evaluation: await evaluate(policy, facts.images, around, deps.pause),
    })
  }
  return { judged, leftOut }
}

/** What goes, the images that are chosen by rules before those that go with them. */
const goingOf = ({ verdicts, going }: Evaluation): Going => ({
  manifests: new Set(Array.from(going, ({ digest }) => digest as Digest)),
  chosen: [
    ...new Set(
      verdicts.flatMap(({ image, kind }) =>
        kind === 'removed' && going.has(image) ? [image.digest as Digest] : [],
      ),
    ),
  ],
})

async function summarize(
  { queries, pause }: PreviewDeps,
  judged: readonly Judged[],
): Promise<Pick<Preview, 'rows' | 'totals'>> {
  const maybeYield = createMaybeYield(pause)
  const going = new Map(
    judged.map(({ repository, evaluation }) => [repository, goingOf(evaluation)]),
  )
  const bytes = await queries.bytesFreedBy(going)
  const rows: PreviewRow[] = []
  const verdicts = { protected: 0, kept: 0, removed: 0, unmatched: 0 }
  let images = 0
  let freedBytes = 0
  for (const { repository, evaluation } of judged) {
    const ofRepository: { readonly key: string; readonly row: PreviewRow }[] = []
    images += evaluation.going.size
    const unspent = new Map(bytes.get(repository))
    const pushed = await pushesOf(evaluation, maybeYield)
    for (const verdict of evaluation.verdicts) {
      const row = toRow(repository, verdict, unspent, pushed)
      verdicts[row.verdict] += 1
      freedBytes += row.freedBytes
      ofRepository.push({ key: rowKey(row), row })
      const yielding = maybeYield()
      if (yielding) await yielding
    }
    for (const { row } of await sortCooperatively(ofRepository, ({ key }) => key, pause)) {
      rows.push(row)
    }
  }
  return { rows, totals: { verdicts, images, freedBytes } }
}

/** Of each tag. Not looked for in its image, which may have very many. */
async function pushesOf(
  { verdicts }: Evaluation,
  maybeYield: () => Promise<void> | undefined,
): Promise<ReadonlyMap<string, TimeRange | null>> {
  const pushed = new Map<string, TimeRange | null>()
  for (const image of new Set(verdicts.map((verdict) => verdict.image))) {
    for (const tag of image.tags) {
      pushed.set(tag.name, tag.pushed)
      const yielding = maybeYield()
      if (yielding) await yielding
    }
  }
  return pushed
}

function toRow(
  repository: RepositoryName,
  verdict: Verdict,
  unspent: Map<Digest, number>,
  pushed: ReadonlyMap<string, TimeRange | null>,
): PreviewRow {
  const { image, tag, kind, rule } = verdict
  const digest = image.digest as Digest
  // The first row of an image has its bytes.
  const freedBytes = kind === 'removed' ? (unspent.get(digest) ?? 0) : 0
  if (kind === 'removed') unspent.delete(digest)
  return {
    repository,
    tag,
    digest,
    verdict: kind,
    rule,
    becauseOf: verdict.becauseOf,
    pushedAtMs: (tag === null ? image.linked : pushed.get(tag))?.fromMs ?? null,
    lastPulledAtMs: image.lastPulledAtMs,
    freedBytes,
  }
}
