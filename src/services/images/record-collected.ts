import type { IsGivenUp } from '#domain/time/clock.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { theServer } from '../activity/actor.ts'
import { repositoryCounts, tagNamesOf } from './deleted-event.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'
import type { State } from '#state/state.ts'

export interface RecordCollectedDeps extends ActivityDeps {
  readonly state: State
  readonly trash: Pick<Trash, 'get'>
  /** Refuses where the repository has anything. */
  readonly removeRepository: (
    repository: RepositoryName,
    beforeChange: undefined,
    isGivenUp: IsGivenUp | undefined,
  ) => Promise<unknown>
  /** The host's log. */
  readonly reportFailure: (error: unknown, what: string) => void
}

/**
 * A remover that records when an image leaves the trash for good: from then on only the activity
 * says where it went. It records before it removes the entry, which can no longer be restored, and
 * under an id derived from the entry: after a kill in between, the next collection does not record
 * it again. An entry that cannot be recorded stays for the next collection; what it held is
 * collected.
 */
export const recordingCollected = (
  remover: RegistryRemover,
  deps: RecordCollectedDeps,
): RegistryRemover => ({
  ...remover,
  async removeBatch(items, inventoryStartedAtMs, isGivenUp) {
    if (items[0]?.step !== 'trash-entry') {
      return await remover.removeBatch(items, inventoryStartedAtMs, isGivenUp)
    }
    const looks = await Promise.all(items.map((item) => lookAndRecord(deps, item)))
    const others = items.filter((_, position) => looks[position]?.isRecorded)
    const outcomes =
      others.length > 0 ? await remover.removeBatch(others, inventoryStartedAtMs, isGivenUp) : []
    for (const { emptied } of looks) {
      if (emptied !== null) await forgetRepository(deps, emptied, isGivenUp)
    }
    const outcomeOf = new Map(others.map((item, position) => [item, outcomes[position]]))
    return items.map((item) => outcomeOf.get(item) ?? { kind: 'in use' })
  },
})

interface Look {
  /** Whether the entry may go now. */
  readonly isRecorded: boolean
  /** The repository whose last images went with it, if it was deleted whole. */
  readonly emptied: RepositoryName | null
}

async function lookAndRecord(deps: RecordCollectedDeps, { name }: PlannedRemoval): Promise<Look> {
  try {
    const entry = name === null ? null : await deps.trash.get(name)
    if (entry?.state !== 'claimed') return { isRecorded: true, emptied: null }
    await recordCollected(deps, entry)
    return { isRecorded: true, emptied: entry.isOfRepository ? entry.repository : null }
  } catch (error) {
    deps.reportFailure(error, 'a collected image cannot be recorded: its trash entry stays for now')
    return { isRecorded: false, emptied: null }
  }
}

/**
 * Ends a repository that was deleted whole: nothing would show that it was. Where it has anything
 * again, or has something left, it stays.
 */
async function forgetRepository(
  { removeRepository, reportFailure }: RecordCollectedDeps,
  repository: RepositoryName,
  isGivenUp: IsGivenUp | undefined,
): Promise<void> {
  try {
    await removeRepository(repository, undefined, isGivenUp)
  } catch (error) {
    reportFailure(error, `the empty repository ${repository} is still there: remove it by hand`)
  }
}

/** Not kept in memory while the state does not answer: the entry can wait. */
const recordCollected = (deps: RecordCollectedDeps, entry: TrashEntry): Promise<void> =>
  writeAtomically(deps.state, (parts) => recordIn({ ...deps, state: parts }, entry))

function recordIn(deps: ActivityDeps, entry: TrashEntry): Promise<void> {
  const about = { id: `${entry.id}-collected`, repository: entry.repository }
  if (entry.isOfRepository) {
    const counts = repositoryCounts(entry)
    return recordActivity(deps, 'repository collected', theServer, counts, about)
  }
  const kind = isOfTags(entry) ? 'tag collected' : 'image collected'
  const data = { digest: entry.digest, tags: tagNamesOf(entry) }
  return recordActivity(deps, kind, theServer, data, about)
}
