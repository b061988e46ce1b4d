import { instantMs, type Sort } from '#contract/query-parameters.ts'
import type { Tag, TagList, TagSort } from '#contract/images/tags.ts'
import { tagCalls } from '#contract/endpoints/tags.ts'
import { isDigest } from '#domain/values/digest.ts'
import { naturalStart } from '#domain/values/natural-order.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import { invalidParameter } from '../invalid-input.ts'
import type { SortValue } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import { readPullTimes } from './pull-times.ts'
import { readTagVerdicts, toVerdictResponse, toVerdictsResponse } from './tag-verdicts.ts'
import { viewTags, type TagViewDeps } from './tag-view.ts'
import { listedAliases, toTagsResponse } from './tag-response.ts'

export const listTags: RepositoryAnswer = async (context, services, { repository }) => {
  const query = readQuery(context, tagCalls.listTags.query)
  const sort = query.sort ?? { field: 'name', descending: false }
  const startAt = query.startAt === undefined ? null : startValue(query.startAt, sort)
  const { verdict } = query
  const all = await services.registry.queries.tags(repository)
  const judged =
    all !== null && (query.verdicts === true || verdict !== undefined)
      ? await readTagVerdicts(services, repository, all, verdict !== undefined)
      : null
  const view = await viewTags(viewDeps(services), repository, {
    ...query,
    isChosen:
      verdict === undefined
        ? null
        : ({ name }) => (judged?.of.get(name)?.kind ?? 'unmatched') === verdict,
    filter: query.filter ?? '',
    pushedBeforeMs: query.pushedBefore ?? null,
    freesMoreThan: query.freesMoreThan ?? null,
    platform: query.platform ?? null,
    sort,
  })
  if (view === null) throw noSuchRepository(repository)
  const taken = page(context, view.tags, view.order, query, startAt)
  const plain = await toTagsResponse(services, repository, taken, listedAliases)
  const rows =
    query.verdicts === true
      ? plain.map((row) => ({ ...row, retention: toVerdictResponse(judged, row.name) }))
      : plain
  const body: TagList = {
    name: repository,
    pullsSince: toInstantOrNull((await services.pullRecorder.seen(repository, [])).sinceMs),
    tags: query.includeManifests ? await withManifests(services, repository, rows) : rows,
    ...(query.verdicts === true && { retention: await toVerdictsResponse(services, judged) }),
  }
  return context.json(body)
}

const viewDeps = (services: ApiServices): TagViewDeps => ({
  queries: services.registry.queries,
  pullTimes: (repository) => readPullTimes(services, repository),
  pause: services.pause,
})

/** Where a list starts that is sorted so. */
function startValue(text: string, { field, descending }: Sort<TagSort>): SortValue {
  if (field === 'name') return naturalStart(text, descending)
  if (field !== 'updatedAt') {
    throw invalidParameter('startAt', 'a list can start at a name or an instant: sort by either')
  }
  const instant = instantMs.safeParse(text)
  if (!instant.success) throw invalidParameter('startAt', 'must be an instant in ISO 8601')
  return instant.data
}

/** Manifests read at the same time: a page may have a thousand tags. */
const manifestBatch = 16

/** A list of this size is built and sent in a moment. */
const maximumManifestsBytes = 16 * 1024 * 1024

const tooManyBytes = () =>
  invalidParameter(
    'includeManifests',
    `the manifests of these tags have more than ${maximumManifestsBytes} bytes: ask for fewer tags at a time (pageSize)`,
  )

async function withManifests(
  { registry }: ApiServices,
  repository: RepositoryName,
  rows: readonly Tag[],
): Promise<Tag[]> {
  const complete: Tag[] = []
  let bytes = 0
  for (let start = 0; start < rows.length; start += manifestBatch) {
    const batch = rows.slice(start, start + manifestBatch).map(async (row): Promise<Tag> => {
      const stored = isDigest(row.digest)
        ? await registry.manifests.readManifest(repository, row.digest)
        : null
      // A manifest that is not understood may be no JSON, or too much of it to serialize again.
      if (!stored?.isUnderstood) return row
      bytes += stored.bytes.length
      if (bytes > maximumManifestsBytes) throw tooManyBytes()
      return { ...row, manifest: JSON.parse(new TextDecoder().decode(stored.bytes)) }
    })
    complete.push(...(await Promise.all(batch)))
  }
  return complete
}
