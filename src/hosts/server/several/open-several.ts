import { setTimeout } from 'node:timers/promises'
import type {
  AgreementReach,
  OpenCoordination,
} from '#adapters/postgres/coordination/open-coordination.ts'
import type { HeldState } from '#adapters/postgres/held-state.ts'
import { openFileStores, type FileStores } from '#adapters/filesystem/file-stores.ts'
import { systemLeaseClock } from '#adapters/filesystem/lease/lease-deadline.ts'
import {
  createServerFence,
  fencedServers,
  hasServerEnded,
  takeFence,
  type ServerFence,
} from '#adapters/filesystem/lease/server-fence.ts'
import { createFileLock } from '#adapters/filesystem/lease/storage-lock.ts'
import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import type { SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { realpath } from 'node:fs/promises'
import { whenLost } from '../lock-folder.ts'
import { nodeRuntime } from '../node-runtime.ts'
import { lockFile, serversFolder } from '../paths.ts'
import { ownerMirrorOf } from '../storage-owner.ts'
import { createRemovingThreads } from '../threads/removing-threads.ts'
import {
  joining,
  onceCountedOut,
  restMs,
  severalTimes,
  type SeveralOptions,
} from './several-options.ts'

/*
 * How one of several servers is put together: its file in the storage (what it may write with), its
 * share of the state, and what it agrees on with the others. A server that the others have counted
 * out ends at once, as one does that lost its lock: whatever it still had in mind is never written.
 */

export interface OpenSeveral {
  readonly stores: FileStores
  readonly held: HeldState
  readonly coordination: OpenCoordination
  readonly reach: () => AgreementReach
}

export interface SeveralOnFolderOptions extends SeveralOptions {
  readonly storageFolder: string
  readonly reserve: SpaceReserve
}

/** Another server that is just starting has the storage to itself for a moment. */
const startsWithin = { tries: 120, everyMs: 500 }

/** The storage for this process alone, while it joins the others. */
async function takeTurn({
  storageFolder,
  what,
  onWait,
  onLost,
}: SeveralOnFolderOptions): Promise<FileLease> {
  const lock = createFileLock({ path: lockFile(storageFolder), what: joining(what), onWait })
  for (let tries = 1; ; tries += 1) {
    const attempt = await lock.acquire()
    if (attempt.ok) {
      whenLost(attempt.term, onLost)
      return attempt.term
    }
    const isStarting =
      attempt.holder.includes(', one of several') || attempt.holder.includes('just starting')
    if (!isStarting || tries === startsWithin.tries) {
      throw new Error(
        `${storageFolder} is in use by ${attempt.holder}, which wants it for itself. Stop that; servers that share a storage are all started with JETSAM_SERVERS=several.`,
      )
    }
    await setTimeout(startsWithin.everyMs)
  }
}

/** Joins the servers of a storage. Rejects with a sentence. */
export async function openSeveral(options: SeveralOnFolderOptions): Promise<OpenSeveral> {
  const turn = await takeTurn(options)
  try {
    return await join(options)
  } finally {
    await turn.release()
  }
}

async function join(options: SeveralOnFolderOptions): Promise<OpenSeveral> {
  const { storageFolder, databaseURL, reserve, what, onLost, onReach, opened } = options
  const { openHeldState } = await import('#adapters/postgres/held-state.ts')
  const { openCoordination } = await import('#adapters/postgres/coordination/open-coordination.ts')
  const folder = serversFolder(storageFolder)
  const others = await fencedServers(folder)
  let coordination: OpenCoordination | null = null
  const fence = await createServerFence({
    folder,
    what,
    renew: async () => await coordination?.membership.beat(),
  })
  opened(fence.remove)
  // Until it has joined: no server counts it out before.
  fence.extend({ monotonicMs: systemLeaseClock.monotonicMs(), wallMs: Date.now() }, startingMs)
  const stores = await openStores(storageFolder, fence, reserve)
  const held = await openHeldState(databaseURL, {
    what: joining(what),
    isShared: true,
    idleInTransactionMs: restMs,
    onLost,
    onReach,
    mirror: ownerMirrorOf(stores.objects, storageFolder),
    claim: others.length > 0 ? 'joins' : 'claims',
  })
  opened(held.state.close)
  const agreed = await openCoordination(databaseURL, {
    ...nodeRuntime,
    name: what,
    clocks: systemLeaseClock,
    times: severalTimes,
    fence: {
      name: fence.name,
      extend: fence.extend,
      take: (name) => takeFence(folder, name),
      hasEnded: (name) => hasServerEnded(folder, name),
    },
    onCountedOut: () => onLost(onceCountedOut),
  })
  coordination = agreed
  opened(agreed.close)
  await removeLeftFences(folder, agreed)
  return { stores, held, coordination: agreed, reach: agreed.reach }
}

/** As long as opening may take. */
const startingMs = 120_000

const openStores = async (
  storageFolder: string,
  lease: Pick<ServerFence, 'mayWrite' | 'shared'>,
  reserve: SpaceReserve,
): Promise<FileStores> =>
  openFileStores({
    root: storageFolder,
    mayWrite: lease.mayWrite,
    reserve,
    isShared: true,
    deleteBatch: createRemovingThreads(await realpath(storageFolder), lease).deleteBatch,
  })

/** Of servers that ended before they had joined, or after they were counted out. */
async function removeLeftFences(folder: string, agreed: OpenCoordination): Promise<void> {
  const known = new Set(agreed.fences())
  for (const { name } of await fencedServers(folder)) {
    if (!known.has(name)) await takeFence(folder, name)
  }
}
