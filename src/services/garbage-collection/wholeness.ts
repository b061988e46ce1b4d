import type { Clock } from '#domain/time/clock.ts'
import type { FoundBroken, Verification } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryQueries, TagSummary } from '#registry/queries/repository-queries.ts'
import type { Jobs } from '#state/jobs.ts'
import type { DomainEvents } from '../activity/domain-events.ts'
import { lastCollections } from '../jobs/kinds/collection/collection-history.ts'
import { lastVerifications } from '../jobs/kinds/verification/verification-history.ts'

/** One check of every tag: at the end of a collection, or requested. */
export interface CheckOfTags extends Verification {
  readonly atMs: number
  /** Every byte was read; otherwise sizes were compared. */
  readonly full: boolean
}

/** A tag that a check did not find whole. */
export interface BrokenTag extends FoundBroken {
  readonly foundAtMs: number
}

/** What is known of whether tags can be pulled whole. */
export interface KnownWholeness {
  /** The last check of every tag; null before the first. */
  readonly last: CheckOfTags | null
  /**
   * Tags that are not whole, as they were found. What only a reading of every byte can find is
   * known until the next such reading: checks in between do not look at bytes.
   */
  readonly broken: readonly BrokenTag[]
  /** More than `broken` if a check found more than it lists. */
  readonly brokenCount: number
}

export interface Wholeness {
  /** What the checks found. Tags may have been deleted or pushed since. */
  found(): Promise<KnownWholeness>
  /** The same, without what was deleted or replaced since. */
  current(): Promise<KnownWholeness>
}

export interface WholenessDeps {
  readonly clock: Clock
  readonly state: { readonly jobs: Pick<Jobs, 'list'> }
  readonly events: DomainEvents
  readonly queries: Pick<RepositoryQueries, 'tags'>
}

/** Another server may have checked the tags: its events are not told here. */
const maxAgeMs = 30_000
/** Stopped or failed runs did not check any tag, so the last check may be some runs back. */
const jobsSearched = 20

export function createWholeness({ clock, state, events, queries }: WholenessDeps): Wholeness {
  let kept: { readonly atMs: number; readonly answer: Promise<KnownWholeness> } | null = null
  events.subscribe(['collection finished', 'verification finished'], () => {
    kept = null
  })

  function found(): Promise<KnownWholeness> {
    const ageMs = kept === null ? Infinity : clock.nowMs() - kept.atMs
    if (kept !== null && ageMs >= 0 && ageMs < maxAgeMs) return kept.answer
    const asked = { atMs: clock.nowMs(), answer: readFound(state.jobs) }
    kept = asked
    asked.answer.catch(() => {
      if (kept === asked) kept = null
    })
    return asked.answer
  }

  return {
    found,

    async current() {
      const { last, broken, brokenCount } = await found()
      const tagsOf = new Map<string, Promise<readonly TagSummary[] | null>>()
      for (const { repository } of broken) {
        if (!tagsOf.has(repository)) tagsOf.set(repository, readTags(queries, repository))
      }
      const present: BrokenTag[] = []
      for (const one of broken) {
        const tags = await tagsOf.get(one.repository)
        const tag = tags?.find(({ name }) => name === one.tag)
        if (tag !== undefined && isStill(one, tag)) present.push(one)
      }
      return { last, broken: present, brokenCount: brokenCount - broken.length + present.length }
    },
  }
}

async function readTags(
  queries: WholenessDeps['queries'],
  repository: string,
): Promise<readonly TagSummary[] | null> {
  const name = parseRepositoryName(repository)
  return name.ok ? await queries.tags(name.value) : null
}

/** Why an image is known not to be whole; null: nothing is known against it. */
export function knownFlaw(
  { broken }: KnownWholeness,
  repository: string,
  /** A tag, or an image without one. */
  image: Pick<TagSummary, 'digest'> & Partial<Pick<TagSummary, 'name' | 'updatedAtMs'>>,
): string | null {
  const found = broken.find(
    (one) =>
      one.repository === repository &&
      (one.tag === image.name || one.digest === image.digest) &&
      isStill(one, image),
  )
  return found?.reason ?? null
}

/** Whether a tag still shows what was found: a push may have moved it to another image. */
const isStill = (
  { digest, foundAtMs }: BrokenTag,
  image: { readonly digest: Digest | null; readonly updatedAtMs?: number },
): boolean =>
  digest === undefined ? (image.updatedAtMs ?? Infinity) <= foundAtMs : image.digest === digest

async function readFound(jobs: Pick<Jobs, 'list'>): Promise<KnownWholeness> {
  const checks = [...(await ofCollections(jobs)), ...(await requested(jobs))].toSorted(
    (a, b) => b.atMs - a.atMs,
  )
  const [last = null] = checks
  const lastFull = checks.find(({ full }) => full)
  const broken = new Map<string, BrokenTag>()
  let unlisted = 0
  for (const check of new Set([last, lastFull])) {
    if (!check) continue
    unlisted = Math.max(unlisted, check.tags - check.wholeTags - check.broken.length)
    for (const one of check.broken) {
      const key = `${one.repository}:${one.tag}`
      if (!broken.has(key)) broken.set(key, { ...one, foundAtMs: check.atMs })
    }
  }
  return { last, broken: [...broken.values()], brokenCount: broken.size + unlisted }
}

async function ofCollections(jobs: Pick<Jobs, 'list'>): Promise<readonly CheckOfTags[]> {
  for (const { result, finishedAtMs } of await lastCollections(jobs, jobsSearched)) {
    if (result?.verification && finishedAtMs !== null) {
      return [{ ...result.verification, atMs: finishedAtMs, full: false }]
    }
  }
  return []
}

async function requested(jobs: Pick<Jobs, 'list'>): Promise<readonly CheckOfTags[]> {
  return (await lastVerifications(jobs, jobsSearched)).flatMap(
    ({ result, finishedAtMs, request }) =>
      result === null || finishedAtMs === null
        ? []
        : [{ ...result, atMs: finishedAtMs, full: request.full }],
  )
}
