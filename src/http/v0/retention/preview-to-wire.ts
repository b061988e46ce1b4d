import type { RetentionTotals, WireRetentionPreview } from '#contract/rules/retention.ts'
import { reasonInWords } from '#domain/retention/verdict-in-words.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ShownPreview } from '#services/retention/preview.ts'
import type { PreviewRow, PreviewTotals } from '#services/retention/preview-summary.ts'
import { toInstant, toInstantOrNull } from '../instant.ts'

const toTotals = ({ verdicts, images, freedBytes }: PreviewTotals): RetentionTotals => ({
  ...verdicts,
  images,
  bytesFreed: freedBytes,
})

/** All but the verdicts. @param sees names of others must not be told */
export const summaryToWire = (
  {
    atMs,
    madeAtMs,
    totals,
    byRepository,
    byRule,
    policies,
    inForce,
    compared,
    leftOut,
  }: ShownPreview,
  sees: (repository: RepositoryName) => boolean,
): Omit<WireRetentionPreview, 'previewID' | 'verdicts'> => ({
  at: toInstant(atMs),
  madeAt: toInstant(madeAtMs),
  totals: toTotals(totals),
  byRule: byRule.map(({ scope, rule, removed, freedBytes }) => ({
    scope,
    rule,
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
  changes: compared && compared.changes,
  leftOut: leftOut.filter(({ repository }) => sees(repository)),
})

export const toDecision = ({
  verdict,
  rule,
  becauseOf,
  runsIn,
  tag,
}: Pick<PreviewRow, 'verdict' | 'rule' | 'becauseOf' | 'runsIn' | 'tag'>) => ({
  verdict,
  reason: reasonInWords({ rule, becauseOf, runsIn, tag }),
  rule,
})

export function verdictToWire(
  { compared }: Pick<ShownPreview, 'compared'>,
  row: PreviewRow,
): WireRetentionPreview['verdicts'][number] {
  const inForce = compared?.inForce.get(row)
  return {
    repository: row.repository,
    tag: row.tag,
    digest: row.digest,
    ...toDecision(row),
    pushedAt: toInstantOrNull(row.pushedAtMs),
    lastPulledAt: toInstantOrNull(row.lastPulledAtMs),
    bytesFreed: row.freedBytes,
    inForce: inForce === undefined ? null : toDecision(inForce),
  }
}
