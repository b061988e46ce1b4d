import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { openFileStores } from '#adapters/filesystem/file-stores.ts'
import { runCollection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { createRegistry } from '#registry/registry.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { createReadingPool } from '#hosts/server/threads/reading-pool.ts'
import { fingerprintOfPlan } from './generate-store.ts'
import { progress, type Contender, type Sample } from './measure.ts'

/** After this many plans, further ones gain no more from the compiler. */
const warmingPlans = 4

export interface WarmPlanner {
  readonly contender: Contender
  close(): Promise<void>
}

/**
 * Plans in this process after several others, as a server does that plans each night. A new process
 * spends part of a plan's time on compiling its code: this measures without it.
 */
export async function openWarmPlanner(root: string, fingerprint: string): Promise<WarmPlanner> {
  const pool = createReadingPool({ root })
  const registry = createRegistry({
    ...nodeRuntime,
    ...createMemoryCoordination(nodeRuntime),
    ...(await openFileStores({ root })),
    createDigester,
    openStoreScanner: pool.openStoreScanner,
  })

  async function plan(): Promise<Sample> {
    const startedAt = performance.now()
    const cpuBefore = process.cpuUsage()
    const { plan: made } = await runCollection({
      ...registry,
      ...nodeRuntime,
      writers: null,
      policy: defaultCollectionPolicy,
      dryRun: true,
    })
    const seconds = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(cpuBefore)
    if (fingerprintOfPlan(made) !== fingerprint) {
      throw new Error('a plan in a warm process has the wrong blobs')
    }
    return { seconds, cpuSeconds: (user + system) / 1e6, peakBytes: null }
  }

  for (let round = 0; round < warmingPlans; round += 1) {
    const { seconds } = await plan()
    progress(`plan ${round + 1} in this process: ${seconds.toFixed(2)} s`)
  }
  return {
    contender: { name: 'jetsam, planning once more in the same process', run: plan },
    close: pool.close,
  }
}
