import type { Verdict } from '#domain/retention/verdict.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RetentionScope } from '#domain/retention/scope.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagSummary } from '#registry/queries/repository-queries.ts'
import { judgeAll, type Policies, type PreviewDeps } from './preview.ts'
import { decidingPolicy } from './preview-summary.ts'
import { policyFor } from './tag-protection.ts'

/** What the policy in force says of the tags of a repository, at one moment. */
export interface TagVerdicts {
  readonly scope: string
  /** Null: they are being judged, so that none is known yet. */
  readonly atMs: number | null
  /** Why none was judged, so that everything is kept; null: all were. */
  readonly problem: string | null
  /** Those that only attach something have none. */
  readonly of: ReadonlyMap<string, Verdict>
}

/** An answer about fewer tags waits for their verdicts. */
const judgedAtOnce = 2000
/** Ages change with the clock, and pulls at any time. */
const keptMs = 60_000

interface Judgement {
  /** The policy in its version. */
  readonly policy: string
  readonly atMs: number
  readonly found: Promise<TagVerdicts>
  isDone: boolean
}

/** Gone with the array that the index made, that is, when the repository changes. */
const judgements = new WeakMap<readonly TagSummary[], Judgement>()

const none: ReadonlyMap<string, Verdict> = new Map()

export interface VerdictsRequest {
  readonly repository: RepositoryName
  /** All of them, as the index has them. */
  readonly tags: readonly TagSummary[]
  /** Otherwise those of very many tags are null at first, and there soon. */
  readonly mustWait: boolean
}

/**
 * Null: no policy is about this repository, which costs one look at the state. Verdicts stay for up
 * to a minute; a run looks again before it removes anything.
 */
export async function verdictsOfTags(
  deps: PreviewDeps,
  { repository, tags, mustWait }: VerdictsRequest,
): Promise<TagVerdicts | null> {
  const saved = await policyFor(deps, repository)
  if (saved === null) return null
  const { scope, version, policy } = saved
  const nowMs = deps.clock.nowMs()
  const known = judgements.get(tags)
  const key = `${scope} ${version}`
  const isKnown = known?.policy === key && nowMs - known.atMs < keptMs && nowMs >= known.atMs
  const judgement = isKnown ? known : begin()
  if (judgement.isDone || mustWait || tags.length <= judgedAtOnce) return await judgement.found
  return { scope, atMs: null, problem: null, of: none }

  function begin(): Judgement {
    const rules = policy.ok
      ? decidingPolicy(scope as RetentionScope, version, policy.value.rules)
      : { problem: policy.refusal.message }
    const found = judge(deps, repository, scope, rules, nowMs)
    const begun: Judgement = { policy: key, atMs: nowMs, found, isDone: false }
    judgements.set(tags, begun)
    void follow(begun)
    return begun
  }

  async function follow(begun: Judgement): Promise<void> {
    try {
      await begun.found
      begun.isDone = true
    } catch {
      // Who asks next tries again.
      judgements.delete(tags)
    }
  }
}

type JudgedPolicy = Policies extends ReadonlyMap<string, infer Policy> ? Policy : never

async function judge(
  deps: PreviewDeps,
  repository: RepositoryName,
  scope: string,
  policy: JudgedPolicy,
  nowMs: number,
): Promise<TagVerdicts> {
  const { judged, leftOut } = await judgeAll(deps, [repository], new Map([[scope, policy]]), nowMs)
  const of = new Map<string, Verdict>()
  const maybeYield = createMaybeYield(deps.pause)
  for (const verdict of judged[0]?.evaluation.verdicts ?? []) {
    if (verdict.tag !== null) of.set(verdict.tag, verdict)
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  return { scope, atMs: nowMs, problem: leftOut[0]?.reason ?? null, of }
}
