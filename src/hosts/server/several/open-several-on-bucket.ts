import { randomUUID } from 'node:crypto'
import {
  hasEnded,
  identifyProcess,
  type ProcessIdentity,
} from '#adapters/filesystem/lease/process-identity.ts'
import { systemLeaseClock } from '#adapters/filesystem/lease/lease-deadline.ts'
import type { OpenCoordination } from '#adapters/postgres/coordination/open-coordination.ts'
import type { HeldState } from '#adapters/postgres/held-state.ts'
import type { BucketConfiguration } from '../bucket-configuration.ts'
import { nodeRuntime } from '../node-runtime.ts'
import { openSharedBucket, type BucketPlatform } from '../open-bucket.ts'
import { ownerMirrorOf } from '../storage-owner.ts'
import {
  joining,
  onceCountedOut,
  restMs,
  severalTimes,
  type SeveralOptions,
} from './several-options.ts'

/*
 * How one of several servers on a bucket is put together. A folder has a file that each server looks
 * for before each write; a bucket can keep nobody from writing. So the store itself refuses what a
 * server sends that the others have counted out: it signs each write as of its last beat.
 */

export interface OpenSeveralOnBucket {
  readonly platform: BucketPlatform
  readonly held: HeldState
  readonly coordination: OpenCoordination
}

export interface SeveralOnBucketOptions extends SeveralOptions {
  readonly bucket: BucketConfiguration
  readonly takesOver: boolean
}

/** In the place of the name of a file: who this server is, for others on the same machine. */
const nameOfProcess = (): string => JSON.stringify({ ...identifyProcess(), name: randomUUID() })

function hasProcessEnded(name: string): boolean {
  try {
    return hasEnded(JSON.parse(name) as ProcessIdentity)
  } catch {
    // Of a server on a folder, which the same database had before: it is counted out in time.
    return false
  }
}

/** Joins the servers of a bucket. Rejects with a sentence. */
export async function openSeveralOnBucket(
  options: SeveralOnBucketOptions,
): Promise<OpenSeveralOnBucket> {
  const { takeTurnToJoin } = await import('#adapters/postgres/turn-to-join.ts')
  const endTurn = await takeTurnToJoin(options.databaseURL, joining(options.what))
  try {
    return await join(options)
  } finally {
    await endTurn()
  }
}

async function join(options: SeveralOnBucketOptions): Promise<OpenSeveralOnBucket> {
  const { bucket, databaseURL, what, onLost, onReach, opened, takesOver } = options
  const { openHeldState } = await import('#adapters/postgres/held-state.ts')
  const { openCoordination } = await import('#adapters/postgres/coordination/open-coordination.ts')
  let coordination: OpenCoordination | null = null
  const images = await openSharedBucket(bucket, {
    what,
    takesOver,
    onLost,
    renew: async () => await coordination?.membership.beat(),
  })
  opened(images.close)
  const held = await openHeldState(databaseURL, {
    what: joining(what),
    isShared: true,
    idleInTransactionMs: restMs,
    onLost,
    onReach,
    mirror: ownerMirrorOf(images.platform.objects, bucket.name),
    claim: 'joins others',
  })
  opened(held.state.close)
  // All who found that the database and the bucket belong together know this name.
  await images.share(`${held.hold.run()}`)
  const agreed = await openCoordination(databaseURL, {
    ...nodeRuntime,
    name: what,
    clocks: systemLeaseClock,
    times: { ...severalTimes, storeMs: images.lateMs },
    hasLateRequests: true,
    fence: {
      name: nameOfProcess(),
      extend: images.extend,
      // The store itself refuses what it sends from now on, as soon as `lateMs` counts.
      take: async () => {},
      hasEnded: async (name) => hasProcessEnded(name),
    },
    onCountedOut: () => onLost(onceCountedOut),
  })
  coordination = agreed
  opened(agreed.close)
  return { platform: images.platform, held, coordination: agreed }
}
