import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { TimeRange } from '#domain/retention/facts.ts'
import { matchesEverything } from '#domain/retention/matches-everything.ts'
import type { Rule } from '#domain/retention/policy.ts'
import { describeRule, type RuleInWords } from '#domain/retention/rule-in-words.ts'
import type { RetentionScope } from '#domain/retention/scope.ts'
import type { Evaluation, Verdict, VerdictKind } from '#domain/retention/verdict.ts'
import type { Digest } from '#domain/values/digest.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Going } from '#registry/queries/retention/freed-bytes.ts'
import type { RepositoryQueries } from '#registry/queries/repository-queries.ts'
import { sortCooperatively } from '#registry/queries/sort-cooperatively.ts'

export interface PreviewRow {
  readonly repository: RepositoryName
  /** Null: an image without a tag. */
  readonly tag: string | null
  readonly digest: string
  readonly verdict: VerdictKind
  readonly rule: RuleInWords | null
  /** As in a verdict. */
  readonly becauseOf: string | null
  readonly runsIn: readonly string[]
  readonly pushedAtMs: number | null
  /** At the latest. */
  readonly pushedByMs: number | null
  readonly lastPulledAtMs: number | null
  /** What is freed with this row. All rows together have the total: each blob counts once. */
  readonly freedBytes: number
}

/** The order of the rows of a repository: by tag, as people read names. */
export const rowKey = ({ tag, digest }: Pick<PreviewRow, 'tag' | 'digest'>): string =>
  tag === null ? digest : naturalKey(tag)

/** What the rows of one rule, or of one repository, come to. */
export interface Subtotal {
  readonly removed: number
  readonly freedBytes: number
}

export interface RuleSubtotal extends Subtotal {
  /** Of the policy that has the rule. */
  readonly scope: RetentionScope
  readonly rule: RuleInWords
}

export interface RepositorySubtotal extends Subtotal {
  readonly repository: RepositoryName
  /** That a tag can have; those that only attach are not counted. */
  readonly tags: number
  readonly removedTags: number
  /** Manifests that go. */
  readonly images: number
}

/** What is told of the policy that decided for a repository. */
export interface ShownPolicy {
  readonly scope: RetentionScope
  /** Null: a draft. */
  readonly version: number | null
  /** The line of a rule that removes everything; null: there is none. */
  readonly takesAllOnLine: number | null
}

/** The policy that decided for a repository. */
export interface DecidingPolicy extends ShownPolicy {
  readonly rules: readonly Rule[]
}

export const decidingPolicy = (
  scope: RetentionScope,
  version: number | null,
  rules: readonly Rule[],
): DecidingPolicy => ({
  scope,
  version,
  rules,
  takesAllOnLine: rules.find(matchesEverything)?.line ?? null,
})

export interface PreviewTotals {
  readonly verdicts: Readonly<Record<VerdictKind, number>>
  /** Images that go whole, with all that goes with them. */
  readonly images: number
  readonly freedBytes: number
}

export interface Judged {
  readonly repository: RepositoryName
  readonly policy: DecidingPolicy | null
  readonly evaluation: Evaluation
}

export interface PreviewSummary {
  /** By repository, then by `rowKey`. */
  readonly rows: readonly PreviewRow[]
  readonly totals: PreviewTotals
  /** Those with something to remove, in the order of the rows. */
  readonly byRepository: readonly RepositorySubtotal[]
  /** Rules that remove something. */
  readonly byRule: readonly RuleSubtotal[]
}

interface SummaryDeps {
  readonly pause: Pause
  readonly queries: Pick<RepositoryQueries, 'bytesFreedBy'>
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

/** The rows of what was judged, with their bytes and sums. */
export async function summarize(
  { queries, pause }: SummaryDeps,
  judged: readonly Judged[],
): Promise<PreviewSummary> {
  const maybeYield = createMaybeYield(pause)
  const going = new Map(
    judged.map(({ repository, evaluation }) => [repository, goingOf(evaluation)]),
  )
  const bytes = await queries.bytesFreedBy(going)
  const rows: PreviewRow[] = []
  const byRepository: RepositorySubtotal[] = []
  const byRule = new Map<RuleInWords, RuleSubtotal>()
  const described = new Map<Rule, RuleInWords>()
  const verdicts = { protected: 0, kept: 0, removed: 0, unmatched: 0 }
  let images = 0
  let freedBytes = 0
  for (const { repository, policy, evaluation } of judged) {
    let [removed, tags, removedTags, freedHere] = [0, 0, 0, 0]
    const ofRepository: { readonly key: string; readonly row: PreviewRow }[] = []
    images += evaluation.going.size
    const unspent = new Map(bytes.get(repository))
    const pushed = await pushesOf(evaluation, maybeYield)
    for (const verdict of evaluation.verdicts) {
      const rule = verdict.rule && describedOnce(described, verdict.rule)
      const row = toRow(repository, verdict, rule, unspent, pushed)
      verdicts[row.verdict] += 1
      freedBytes += row.freedBytes
      if (row.tag !== null) tags += 1
      if (row.verdict === 'removed') {
        removed += 1
        freedHere += row.freedBytes
        if (row.tag !== null) removedTags += 1
        if (row.rule !== null && policy !== null) {
          const before = byRule.get(row.rule)
          byRule.set(row.rule, {
            scope: policy.scope,
            rule: row.rule,
            removed: (before?.removed ?? 0) + 1,
            freedBytes: (before?.freedBytes ?? 0) + row.freedBytes,
          })
        }
      }
      ofRepository.push({ key: rowKey(row), row })
      const yielding = maybeYield()
      if (yielding) await yielding
    }
    for (const { row } of await sortCooperatively(ofRepository, ({ key }) => key, pause)) {
      rows.push(row)
    }
    if (removed > 0) {
      byRepository.push({
        repository,
        tags,
        removed,
        removedTags,
        images: evaluation.going.size,
        freedBytes: freedHere,
      })
    }
  }
  const totals = { verdicts, images, freedBytes }
  return { rows, totals, byRepository, byRule: [...byRule.values()] }
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

function describedOnce(described: Map<Rule, RuleInWords>, rule: Rule): RuleInWords {
  const words = described.get(rule) ?? describeRule(rule)
  described.set(rule, words)
  return words
}

function toRow(
  repository: RepositoryName,
  verdict: Verdict,
  rule: RuleInWords | null,
  unspent: Map<Digest, number>,
  pushed: ReadonlyMap<string, TimeRange | null>,
): PreviewRow {
  const { image, tag, kind } = verdict
  const digest = image.digest as Digest
  const push = tag === null ? image.linked : pushed.get(tag)
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
    runsIn: verdict.runsIn,
    pushedAtMs: push?.fromMs ?? null,
    pushedByMs: push?.toMs ?? null,
    lastPulledAtMs: image.lastPulledAtMs,
    freedBytes,
  }
}
