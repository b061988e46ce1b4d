import { join } from 'node:path'
import { createSpaceReserve, type SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { manifestCacheFile } from '#registry/layout.ts'
import type { Configuration } from './configuration.ts'
import type { Log } from './log.ts'
import { stateReserveFile, storageReserveFile } from './paths.ts'

/** Enough for hundreds of trash entries. */
const storageReserveBytes = 2 * 1024 * 1024
/** Enough for thousands of log lines, and what SQLite writes ahead of them. */
const stateReserveBytes = 2 * 1024 * 1024

/** Space for deletions and collections on a full disk of images. */
export const storageReserve = (
  storageFolder: string,
  beside?: SpaceReserve & { readonly folder: string },
): SpaceReserve =>
  createSpaceReserve({
    file: storageReserveFile(storageFolder),
    sizeBytes: storageReserveBytes,
    dispensable: join(storageFolder, manifestCacheFile),
    ...(beside && { beside }),
  })

/** Space for sign-ins and jobs on a full disk of the state; it may be the same disk. */
export const stateReserve = (dataFolder: string): SpaceReserve =>
  createSpaceReserve({ file: stateReserveFile(dataFolder), sizeBytes: stateReserveBytes })

/** The state has none where it is in a database. */
export interface Reserves {
  /** Null where the images are in a bucket. */
  readonly storage: SpaceReserve | null
  readonly state: SpaceReserve | null
}

/** The reserves of a server whose state is on a disk, which may be that of the images. */
export function createReserves({
  dataFolder,
  storageFolder,
}: Pick<Configuration, 'dataFolder' | 'storageFolder'>): Record<'storage' | 'state', SpaceReserve> {
  const state = stateReserve(dataFolder)
  return { state, storage: storageReserve(storageFolder, { ...state, folder: dataFolder }) }
}

/** How often to try to restore a released reserve: people free space by other means too. */
const tryReservesEveryMs = 10_000

/** Creates the reserves now, and restores them after a release once there is room. */
export async function keepReserves(reserves: Reserves, log: Log): Promise<void> {
  // One after the other: a shared disk may have room for only one of them.
  const ensure = async (): Promise<boolean> =>
    (await (reserves.state?.ensure() ?? true)) && (await (reserves.storage?.ensure() ?? true))
  if (!(await ensure())) {
    log(
      'warn',
      'the disk is full: only what frees space is taken. Delete images and collect, remove other files, or add space',
    )
  }
  setInterval(() => void ensure(), tryReservesEveryMs).unref()
}
