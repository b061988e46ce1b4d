import { expect } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import { runCollection } from '#gc/run.ts'
import type { PushMode } from '#domain/policy/collection-policy.ts'
import {
  createClient,
  imageOf,
  type ConcurrentAct,
  type EarlierPush,
  type Outcome,
} from './concurrent-acts.ts'
import { killedBeforeChange } from '../faults/failing-storage.ts'
import { liveBlobs, readState, woundsOf } from './history-state.ts'
import { interleave, type Order } from '../faults/interleaved-storage.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openTestRegistry } from '../builders/test-registry.ts'

export interface ConcurrentClient {
  /** It starts after this many calls of storage. */
  readonly startsAfter: number
  readonly acts: readonly ConcurrentAct[]
}

/** Everything that happens at the same time, and in which order. */
export interface ConcurrentHistory {
  /** One after the other, long before. */
  readonly before: readonly EarlierPush[]
  /** The acts of each client, one after the other; all clients at the same time. */
  readonly clients: readonly ConcurrentClient[]
  readonly mode: PushMode
  readonly untaggedHours: number | null
  /** The collection starts after this many calls of storage. */
  readonly startsAfter: number
  /** The change before which the process is killed; null: never. */
  readonly killedBefore: number | null
  /**
   * How far behind the clock files are stamped, in milliseconds: then no stamp shows that a file is
   * new.
   */
  readonly stampsLagMs: number
  readonly order: Order
}

const hourMs = 3_600_000
/** No act concerns it; it shares layers with what is deleted. */
const kept = imageOf([0, 1])
const keptIn = 'kept'

/** Executes a history, checks that nothing is lost, and returns the outcomes of the pushes. */
export async function happenAtOnce(history: ConcurrentHistory): Promise<readonly Outcome[]> {
  const { mode, untaggedHours, stampsLagMs, killedBefore } = history
  let nowMs = Date.UTC(2026, 0, 1)
  let tags = 0
  let ids = 0
  const clock = { nowMs: () => nowMs }
  const raw = createMemoryFileTree({ clock: { nowMs: () => nowMs - stampsLagMs } })
  const createId = () => `id-${(ids += 1)}`
  const createTag = () => `t${(tags += 1)}`
  const outcomes: Outcome[] = []
  const tell = (outcome: Outcome): void => void outcomes.push(outcome)
  const open = (storage: FileTree) =>
    openTestRegistry({ storage, clock, createId, pushLeaseMs: hourMs })

  const calm = open(raw)
  await calm.push(keptIn, kept, 'kept')
  const prepare = createClient(
    calm,
    createMemoryPushGate({ clock, wait: async () => {} }),
    createTag,
    tell,
  )
  for (const { act } of history.before) {
    await prepare(act)
    nowMs += 1000
  }
  expect(outcomes.filter(({ end }) => end !== 'pushed')).toEqual([])
  for (const [number, { isDeleted }] of history.before.entries()) {
    const { repository, reference } = outcomes[number] ?? {}
    if (isDeleted && repository && reference) await calm.softDelete(repository, reference)
  }
  outcomes.length = 0
  nowMs += 25 * hourMs
  const state = await readState(raw)

  const mortal = killedBeforeChange(raw, killedBefore ?? Infinity)
  const interleaving = interleave(mortal.storage, history.order)
  const registry = open(interleaving.storage)
  const gate = createMemoryPushGate({
    clock,
    async wait(ms) {
      await interleaving.turn()
      nowMs += ms
    },
  })
  const pulls: boolean[] = []

  async function collecting() {
    await interleaving.after(history.startsAfter)
    return await runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: { gate, leases: registry.leases },
      clock,
      pause: () => Promise.resolve(),
      policy: {
        timeLimitMinutes: null,
        whileCollecting: mode,
        collectUntagged: untaggedHours !== null,
        untaggedMinimumAgeHours: untaggedHours ?? 0,
      },
      dryRun: false,
      maximumWaitMs: 1000,
    }).catch((error: unknown) => error)
  }
  async function pulling() {
    for (let times = 0; times < 4; times += 1) pulls.push(await registry.pulls(keptIn, 'kept'))
  }
  async function acting({ startsAfter, acts }: ConcurrentClient) {
    await interleaving.after(startsAfter)
    const perform = createClient(registry, gate, createTag, tell)
    for (const act of acts) await perform(act)
  }

  await interleaving.until(
    Promise.allSettled([collecting(), pulling(), ...history.clients.map(acting)]),
  )
  expect(pulls.filter((isWhole) => !isWhole)).toEqual([])

  const survivor = mortal.wasKilled() ? open(raw) : registry
  if (mortal.wasKilled()) await survivor.trash.recover()
  const after = await readState(raw)
  expect(woundsOf(after)).toEqual([])
  expect(lostIn(history, state, after, outcomes)).toEqual([])

  // Leases have ended later, so that there is no garbage left, and everything that is needed.
  nowMs += 2 * hourMs
  const calmAgain = open(raw)
  await runCollection({
    reader: calmAgain.reader,
    remover: calmAgain.remover,
    writers: null,
    clock,
    pause: () => Promise.resolve(),
    policy: {
      timeLimitMinutes: null,
      whileCollecting: 'reject-pushes',
      collectUntagged: false,
      untaggedMinimumAgeHours: 0,
    },
    dryRun: false,
  })
  const last = await readState(raw)
  expect(woundsOf(last)).toEqual([])
  expect(new Set(last.blobs.keys())).toEqual(liveBlobs(after, { nowMs, untaggedAgeMs: null }))
  return outcomes
}

export const actsOf = (clients: readonly ConcurrentClient[]): readonly ConcurrentAct[] =>
  clients.flatMap(({ acts }) => acts)

type State = Awaited<ReturnType<typeof readState>>

/** Tags that are gone though no act deletes anything in their repository. */
function lostIn(
  { clients, untaggedHours }: ConcurrentHistory,
  before: State,
  after: State,
  outcomes: readonly Outcome[],
): string[] {
  const deletedIn = new Set(
    actsOf(clients).flatMap((act) =>
      act.kind === 'delete' || act.kind === 'delete repository' ? [act.repository as string] : [],
    ),
  )
  const promised = [...before.repositories].flatMap(([name, { tags }]) =>
    [...tags].map(([tag, digest]) => ({ name, reference: tag, digest })),
  )
  for (const { repository, reference, digest, end } of outcomes) {
    if (end === 'pushed') promised.push({ name: repository, reference, digest })
  }
  return promised.flatMap(({ name, reference, digest }) => {
    const now = after.repositories.get(name)
    const isTagged = now?.tags.get(reference) === digest
    const isLinked = reference === digest && now?.revisions.has(digest)
    if (isTagged || isLinked || deletedIn.has(name)) return []
    // An untagged image may be removed once it is no longer being pushed.
    if (reference === digest && untaggedHours === 0) return []
    return [`${name}:${reference} ${digest}`]
  })
}
