import type { TagVerdict, WireTagVerdicts } from '#contract/rules/verdicts.ts'
import { describeRule } from '#domain/retention/rule-in-words.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagSummary } from '#registry/queries/repository-queries.ts'
import { getRetentionSettings } from '#services/retention/settings.ts'
import { verdictsOfTags, type TagVerdicts } from '#services/retention/tag-verdicts.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import { toDecision } from '../retention/preview-to-wire.ts'

/** What the policy in force says of the tags; null: there is none. */
export const readTagVerdicts = (
  services: ApiServices,
  repository: RepositoryName,
  tags: readonly TagSummary[],
  mustWait: boolean,
): Promise<TagVerdicts | null> =>
  verdictsOfTags(
    { ...services, queries: services.registry.queries },
    { repository, tags, mustWait },
  )

export function toVerdictResponse(verdicts: TagVerdicts | null, tag: string): TagVerdict | null {
  const verdict = verdicts?.of.get(tag)
  if (verdict === undefined) return null
  const { kind, rule } = verdict
  return toDecision({ ...verdict, verdict: kind, rule: rule && describeRule(rule) })
}

export async function toVerdictsResponse(
  services: ApiServices,
  verdicts: TagVerdicts | null,
): Promise<WireTagVerdicts | null> {
  return (
    verdicts && {
      scope: verdicts.scope,
      judgedAt: toInstantOrNull(verdicts.atMs),
      problem: verdicts.problem,
      nextRunAt: toInstantOrNull(await nextRunMs(services)),
    }
  )
}

async function nextRunMs({
  state,
  retentionScheduler,
  scheduler,
}: ApiServices): Promise<number | null> {
  const { beforeCollections } = await getRetentionSettings({ state })
  const schedulers = beforeCollections ? [retentionScheduler, scheduler] : [retentionScheduler]
  const views = await Promise.all(schedulers.map((each) => each.scheduleView()))
  const next = views.flatMap(({ nextRunsMs }) => nextRunsMs.slice(0, 1))
  return next.length === 0 ? null : Math.min(...next)
}
