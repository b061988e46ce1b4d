import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import type { Catalog } from '#registry/repositories/catalog.ts'
import type { ManifestStore } from '#registry/manifests/manifest-store.ts'
import type { Trash } from '#registry/trash/trash.ts'
import { subjectOf, type Fact } from '#domain/events/domain-event.ts'
import { parseDigest } from '#domain/values/digest.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import type { PendingAct, Witness } from '#state/pending-acts.ts'
import type { State } from '#state/state.ts'
import { deletionIn } from './deleted-event.ts'
import { isFull } from '../full-disk/deferred-writes.ts'

/** Called with what an act is about to do, just before its first change. */
export type Announce = (acts: readonly PendingAct[]) => Promise<void>

export interface RecordedAct<T> {
  /**
   * `frees`: continues if there is no room to note it, and is recorded later. Others are refused.
   */
  readonly kind: 'frees' | 'adds'
  /** Must announce what it does before its first change, and may do so several times. */
  readonly act: (announce: Announce) => Promise<T>
  /** The acts that happened, by the result; empty: none. */
  readonly happened: (result: T) => readonly PendingAct[]
}

export interface RecordActDeps {
  readonly state: Pick<State, 'pendingActs'>
  /** The host's log. */
  readonly reportFailure: (error: unknown, what: string) => void
}

export interface RecoverActsDeps {
  readonly state: Pick<State, 'pendingActs'>
  readonly registry: {
    readonly catalog: Pick<Catalog, 'tag' | 'has'>
    readonly manifests: Pick<ManifestStore, 'resolveReference'>
    readonly trash: Pick<Trash, 'get'>
    readonly reader: Pick<RegistryReader, 'linkedAtMs'>
  }
}

/** Storage may stamp files by a clock that lags behind ours. */
const stampsLagMs = 2000

const idsOf = (acts: readonly PendingAct[]) => acts.map(({ event }) => event.id)

/**
 * Does something to storage that must be recorded exactly once. Answers for the act itself: a
 * record that cannot be written now is written later, by this process or the next.
 */
export async function performRecorded<T>(
  { state: { pendingActs }, reportFailure }: RecordActDeps,
  { kind, act, happened }: RecordedAct<T>,
): Promise<T> {
  const announced: PendingAct[] = []
  const announce: Announce = async (acts) => {
    announced.push(...acts)
    try {
      await pendingActs.add(acts)
    } catch (error) {
      if (kind === 'adds' || !isFull(error)) throw error
    }
  }
  // A failed act may have happened, or be finished later: recovery finds out.
  const result = await act(announce)
  const done = happened(result)
  const doneIDs = new Set(idsOf(done))
  const not = idsOf(announced).filter((id) => !doneIDs.has(id))
  await pendingActs
    .complete(done)
    .catch((error: unknown) => reportFailure(error, 'an act is recorded later'))
  await pendingActs
    .drop(not)
    .catch((error: unknown) => reportFailure(error, 'what was refused is forgotten later'))
  return result
}

/**
 * Records the pending acts that have happened, and drops the others. Call it at the start, once the
 * trash has recovered and before anything else writes. Resolves to the number recorded.
 */
export async function recoverActs({
  state: { pendingActs },
  registry,
}: RecoverActsDeps): Promise<number> {
  let recorded = 0
  for (const pending of await pendingActs.all()) {
    const done = await asHappened(registry, pending)
    if (done === null) await pendingActs.drop([pending.event.id])
    else await pendingActs.complete([done])
    recorded += done === null ? 0 : 1
  }
  return recorded
}

type ActRegistry = RecoverActsDeps['registry']

/** The act to record; null: it has not happened. */
async function asHappened(registry: ActRegistry, pending: PendingAct): Promise<PendingAct | null> {
  const { witness, event } = pending
  if (witness.kind === 'deleted') {
    const entry = await registry.trash.get(witness.entryID)
    if (entry !== null) {
      const reference = subjectOf(event) ?? entry.reference
      return { ...pending, event: { ...event, ...deletionIn(entry, reference) } }
    }
    const { tag } = witness
    if (tag === null || (await linkOf(registry, witness.repository, tag))) return null
    const gone: Fact = {
      kind: 'tag deleted',
      data: { reference: tag, digest: null, tags: null },
    }
    return { ...pending, event: { ...event, ...gone } }
  }
  return (await isSeen(registry, witness)) ? pending : null
}

async function linkOf({ catalog }: ActRegistry, repositoryName: string, tagName: string) {
  const repository = parseRepositoryName(repositoryName)
  const tag = parseTagName(tagName)
  return repository.ok && tag.ok ? await catalog.tag(repository.value, tag.value) : null
}

async function isSeen(
  registry: ActRegistry,
  witness: Exclude<Witness, { kind: 'deleted' }>,
): Promise<boolean> {
  if (witness.kind === 'tag linked') {
    const link = await linkOf(registry, witness.repository, witness.tag)
    return link?.digest === witness.digest && link.linkedAtMs >= witness.sinceMs - stampsLagMs
  }
  if (witness.kind === 'linked') {
    const digest = parseDigest(witness.digest)
    if (!digest.ok) return false
    const linkedAtMs = await registry.reader.linkedAtMs(witness.repository, digest.value)
    return linkedAtMs !== null && linkedAtMs >= witness.sinceMs - stampsLagMs
  }
  if (witness.kind === 'repository gone') {
    const repository = parseRepositoryName(witness.repository)
    return repository.ok && !(await registry.catalog.has(repository.value))
  }
  const entry = await registry.trash.get(witness.entryID)
  if (witness.kind === 'entry given up') return entry === null || !entry.hadRetention
  const repository = parseRepositoryName(witness.repository)
  const digest = parseDigest(witness.digest)
  if (entry !== null || !repository.ok || !digest.ok) return false
  return (await registry.manifests.resolveReference(repository.value, digest.value)) !== null
}
