import type { RetentionTotals, WireRetentionPreview } from '#contract/retention.ts'
import type { Rule } from '#domain/retention/policy.ts'
import { ruleInWords } from '#domain/retention/rule-in-words.ts'
import { reasonInWords } from '#domain/retention/verdict-in-words.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { Preview } from '#services/retention/preview.ts'
import type { PreviewRow, PreviewTotals } from '#services/retention/preview-summary.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'

const toRule = (rule: Rule) => ({ verb: rule.verb, line: rule.line, words: ruleInWords(rule) })

const toTotals = ({ verdicts, images, freedBytes }: PreviewTotals): RetentionTotals => ({
  ...verdicts,
  images,
  bytesFreed: freedBytes,
})

/** All but the verdicts. @param sees names of others must not be told */
export const summaryToWire = (
  { atMs, totals, byRepository, byRule, policies, inForce, leftOut }: Preview,
  sees: (repository: RepositoryName) => boolean,
): Omit<WireRetentionPreview, 'previewID' | 'verdicts'> => ({
  at: toInstant(atMs),
  totals: toTotals(totals),
  byRule: byRule.map(({ scope, rule, removed, freedBytes }) => ({
    scope,
    rule: toRule(rule),
    removed,
    bytesFreed: freedBytes,
  })),
  byRepository: byRepository
    .filter(({ repository }) => sees(repository))
    .map(({ repository, removed, tags, images, freedBytes }) => ({
      repository,
      scope: policies.get(repository)?.scope ?? null,
      tags,
      removed,
      images,
      bytesFreed: freedBytes,
    })),
  inForce: inForce && toTotals(inForce),
  leftOut: leftOut.filter(({ repository }) => sees(repository)),
})

export const verdictToWire = ({
  repository,
  tag,
  digest,
  verdict,
  rule,
  becauseOf,
  pushedAtMs,
  lastPulledAtMs,
  freedBytes,
}: PreviewRow): WireRetentionPreview['verdicts'][number] => ({
  repository,
  tag,
  digest,
  verdict,
  reason: reasonInWords({ rule, becauseOf, tag }),
  rule: rule && toRule(rule),
  pushedAt: toInstantOrNull(pushedAtMs),
  lastPulledAt: toInstantOrNull(lastPulledAtMs),
  bytesFreed: freedBytes,
})
