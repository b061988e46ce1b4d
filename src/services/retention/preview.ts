import type { Clock, Pause } from '#domain/time/clock.ts'
import { factsNeededBy } from '#domain/retention/conditions.ts'
import { evaluate } from '#domain/retention/evaluate.ts'
import { noPullsRecorded } from '#domain/retention/facts.ts'
import type { RetentionPolicy } from '#domain/retention/policy.ts'
import { scopesOf, wholeRegistry, type RetentionScope } from '#domain/retention/scope.ts'
import { coversRepository } from '#domain/access/access-level.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import type { Pushes } from '#state/pushes.ts'
import {
  decidingPolicy,
  summarize,
  type DecidingPolicy,
  type Judged,
  type PreviewSummary,
  type PreviewTotals,
  type ShownPolicy,
} from './preview-summary.ts'
import { compareVerdicts, type ComparedVerdicts } from './compare-verdicts.ts'
import type { RunningGuard } from './running/running-guard.ts'
import type { PullRecorder } from './pull-recorder.ts'
import { listRetentionPolicies, type RetentionDeps } from './policies.ts'

export interface PreviewDeps extends RetentionDeps {
  readonly clock: Clock
  readonly pause: Pause
  readonly queries: Pick<RepositoryQueries, 'repositories' | 'retentionFacts' | 'bytesFreedBy'>
  readonly state: RetentionDeps['state'] & { readonly pushes: Pick<Pushes, 'latest'> }
  /** Default: none are recorded. */
  readonly pullRecorder?: Pick<PullRecorder, 'recorded'>
  readonly running: Pick<RunningGuard, 'reported' | 'whyNotClean'>
}

export interface PreviewRequest {
  readonly scope: RetentionScope
  /** Instead of the policy of the scope; null: the policies in force. */
  readonly draft: RetentionPolicy | null
  /** The moment to judge for; null: now. */
  readonly atMs: number | null
  readonly isVisible: (repository: RepositoryName) => boolean
}

/** What a preview shows, as data. */
export interface ShownPreview extends PreviewSummary {
  readonly scope: RetentionScope
  /** Of the policies in force, and for now: only such a one can be run. */
  readonly isRunnable: boolean
  /** The moment that it is for. */
  readonly atMs: number
  readonly madeAtMs: number
  /** By repository; one without a policy is not among them. */
  readonly policies: ReadonlyMap<RepositoryName, ShownPolicy>
  /** What the policies in force would do; null: these were asked for. */
  readonly inForce: PreviewTotals | null
  /** What they say of each row; null as above. */
  readonly compared: ComparedVerdicts | null
  /** Repositories that were not judged, and why: they keep everything. */
  readonly leftOut: readonly { readonly repository: RepositoryName; readonly reason: string }[]
}

export interface Preview extends ShownPreview {
  readonly policies: ReadonlyMap<RepositoryName, DecidingPolicy>
}

/** By scope. */
export type Policies = ReadonlyMap<string, DecidingPolicy | { readonly problem: string }>

/** What rules would do. Reads only; what it finds is true of one moment, and may be old at the next. */
export async function previewRetention(
  deps: PreviewDeps,
  { scope, draft, atMs, isVisible }: PreviewRequest,
): Promise<Preview> {
  const madeAtMs = deps.clock.nowMs()
  const nowMs = atMs ?? madeAtMs
  const saved = await listRetentionPolicies(deps)
  const inForce: Policies = new Map(
    saved.map((one) => [
      one.scope,
      one.policy.ok
        ? decidingPolicy(one.scope as RetentionScope, one.version, one.policy.value.rules)
        : { problem: one.policy.refusal.message },
    ]),
  )
  const asked: Policies =
    draft === null
      ? inForce
      : new Map([...inForce, [scope, decidingPolicy(scope, null, draft.rules)]])
  const repositories = (await deps.queries.repositories())
    .map(({ name }) => name)
    .filter((name) => scope === wholeRegistry || coversRepository(scope, name))
    .filter(isVisible)
  const found = await judgeAll(deps, repositories, asked, nowMs)
  const before = draft === null ? null : await judgeAll(deps, repositories, inForce, nowMs)
  const summary = await summarize(deps, found.judged)
  const summaryInForce = before && (await summarize(deps, before.judged))
  return {
    scope,
    isRunnable: draft === null && atMs === null,
    atMs: nowMs,
    madeAtMs,
    ...summary,
    policies: new Map(
      found.judged.flatMap(({ repository, policy }) => (policy ? [[repository, policy]] : [])),
    ),
    inForce: summaryInForce && summaryInForce.totals,
    compared:
      summaryInForce && (await compareVerdicts(summary.rows, summaryInForce.rows, deps.pause)),
    leftOut: found.leftOut,
  }
}

/** Why nothing of a policy may be done; one that removes nothing can be judged all the same. */
const whyNotClean = async ({ running }: PreviewDeps, policy: DecidingPolicy) =>
  policy.rules.some(({ verb }) => verb === 'remove') ? await running.whyNotClean(policy) : null

const noRules = { rules: [] }

/** What the policies say of these repositories. */
export async function judgeAll(
  deps: PreviewDeps,
  repositories: readonly RepositoryName[],
  policies: Policies,
  nowMs: number,
): Promise<{ readonly judged: readonly Judged[]; readonly leftOut: Preview['leftOut'] }> {
  const reported = await deps.running.reported()
  const judged: Judged[] = []
  const leftOut: { repository: RepositoryName; reason: string }[] = []
  for (const repository of repositories) {
    const deciding = scopesOf(repository).find((scope) => policies.has(scope))
    const policy = deciding === undefined ? null : (policies.get(deciding) ?? null)
    if (policy !== null && 'problem' in policy) {
      leftOut.push({ repository, reason: `its policy cannot be read: ${policy.problem}` })
      continue
    }
    const whyNot = policy && (await whyNotClean(deps, policy))
    if (whyNot) {
      leftOut.push({ repository, reason: whyNot })
      continue
    }
    const pulls = (await deps.pullRecorder?.recorded(repository)) ?? noPullsRecorded
    const facts = await deps.queries.retentionFacts(repository, {
      needed: factsNeededBy(policy ?? noRules),
      pulls,
      reported,
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
      policy,
      evaluation: await evaluate(policy ?? noRules, facts.images, around, deps.pause),
    })
  }
  return { judged, leftOut }
}
