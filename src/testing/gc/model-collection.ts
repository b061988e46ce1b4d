import type { GateKeeper } from '#coordination/push-gate.ts'
import { runCollection, type Collection, type CollectionOptions } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { nameOf, type ModelRegistry } from './model-registry.ts'

type RunLeases = NonNullable<CollectionOptions['writers']>['leases']

interface ModelCollectionOptions extends Partial<CollectionOptions> {
  readonly untaggedAfterHours?: number
  /** The gate, if the test pushes during the collection. */
  readonly gate?: GateKeeper
  readonly leases?: RunLeases
}

const unwatched: RunLeases = { async startCollection() {}, async endCollection() {} }

/** Runs a collection over a model registry, with a clock that stands still until it is moved. */
export function collect(
  registry: ModelRegistry,
  options: ModelCollectionOptions = {},
): Promise<Collection> {
  const { untaggedAfterHours, gate, leases = unwatched, ...rest } = options
  registry.nowMs += 1000
  return runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: gate ? { gate, leases } : null,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
    policy: {
      ...defaultCollectionPolicy,
      collectUntagged: untaggedAfterHours !== undefined,
      untaggedMinimumAgeHours: untaggedAfterHours ?? 0,
    },
    dryRun: false,
    ...rest,
  })
}

/** The letters of all blobs on storage, in order. */
export const lettersOn = (registry: ModelRegistry): string =>
  [...registry.blobs.keys()].map(nameOf).toSorted().join(' ')
