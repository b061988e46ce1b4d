import { listedItems } from '#gc/plan/planned-items.ts'
import { completePolicy } from '#domain/policy/collection-policy.ts'
import { nothingRemoved, type CollectionResult } from '#domain/collection/collection-result.ts'
import type { Collection } from '#gc/run.ts'
import type { RunCollection } from '#services/collections/collection-run.ts'
import { createCollections, type CollectionsPorts } from '#services/collections/collections.ts'
import { createTestWorld } from '../builders/test-world.ts'

export const result = (changed: Partial<CollectionResult> = {}): CollectionResult => ({
  dryRun: false,
  planned: { bytes: 1500, layers: 2, manifests: 1 },
  removed: { bytes: 1500, layers: 2, manifests: 1 },
  byCause: {},
  byRepository: {},
  skipped: 0,
  failures: [],
  left: nothingRemoved,
  endedBy: 'done',
  storedBytes: 9000,
  verification: null,
  gateClosedMs: 10,
  ...changed,
})

const plan = (items: number): Collection['plan'] => ({
  inventoryStartedAtMs: 0,
  items: listedItems(
    Array.from({ length: items }, (_, at) => ({
      step: 'upload' as const,
      cause: 'abandoned upload' as const,
      repository: 'team/app',
      digest: null,
      name: `upload ${at}`,
      isManifest: false,
      sizeBytes: 500,
    })),
  ),
  totals: { bytes: 1500, layers: 2, manifests: 1 },
  byCause: {},
  byRepository: {},
  storedBytes: 9000,
  faults: [
    { repository: 'team/app', reason: 'tag 1.2: its link is empty', hidesContent: true },
    { repository: null, reason: 'a stray file', hidesContent: false },
  ],
})

/** A run that is under way until the test ends it. */
export interface ScriptedRun {
  readonly options: Parameters<RunCollection>[0]
  finish(changed?: Partial<CollectionResult>): void
  fail(error: Error): void
}

/** A job runner over a collector that does what the test says. */
export function createScriptedCollections(changed: Partial<CollectionsPorts> = {}) {
  const world = createTestWorld()
  const runs: ScriptedRun[] = []
  const failures: string[] = []
  const run: RunCollection = (options) =>
    new Promise((resolve, reject) => {
      const { dryRun } = options
      const finish = (end: Partial<CollectionResult> = {}) =>
        resolve({ result: result({ dryRun, ...end }), plan: plan(3) })
      runs.push({ options, finish, fail: reject })
    })
  const collections = createCollections({
    state: world.state,
    clock: world.clock,
    createId: world.createId,
    run,
    policy: async () => completePolicy(await world.settings.policy()),
    repositories: async () => [
      { tagCount: 2, manifestCount: 2 },
      { tagCount: 3, manifestCount: 3 },
    ],
    createExplainer: async () => async () => ({ kind: 'absent' }),
    report: (what) => failures.push(what),
    ...changed,
  })
  const lastRun = (): ScriptedRun => {
    const last = runs.at(-1)
    if (last === undefined) throw new Error('nothing runs')
    return last
  }
  return { ...world, collections, runs, lastRun, failures }
}
