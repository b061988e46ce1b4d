import { join } from 'node:path'
import { createSpaceReserve, type SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { manifestCacheFile } from '#registry/layout.ts'
import type { Configuration } from './configuration.ts'
import type { Log } from './log.ts'
import { stateReserveFile, storageReserveFile } from './paths.ts'

/** Hundreds of trash entries. */
const storageReserveBytes = 2 * 1024 * 1024
/** Thousands of lines of a log, and what SQLite writes ahead of them. */
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

/** Space for sign-ins and jobs on a full disk of the state; the disk may be the same. */
export const stateReserve = (dataFolder: string): SpaceReserve =>
  createSpaceReserve({ file: stateReserveFile(dataFolder), sizeBytes: stateReserveBytes })

export type Reserves = Readonly<Record<'storage' | 'state', SpaceReserve>>

/** Those of a server, whose disks may be one. */
export function createReserves({
  dataFolder,
  storageFolder,
}: Pick<Configuration, 'dataFolder' | 'storageFolder'>): Reserves {
  const state = stateReserve(dataFolder)
  return { state, storage: storageReserve(storageFolder, { ...state, folder: dataFolder }) }
}

/** How often it is tried to make again what was given up: a disk is emptied by other means as well. */
const tryReservesEveryMs = 10_000

/** Makes the reserves, now and whenever they were given up and there is room again. */
export async function keepReserves(reserves: Reserves, log: Log): Promise<void> {
  // One after the other: on one disk, there may be room for one of them.
  const ensure = async (): Promise<boolean> =>
    (await reserves.state.ensure()) && (await reserves.storage.ensure())
  if (!(await ensure())) {
    log(
      'warn',
      'the disk is full: only what frees space is taken. Delete images and collect, remove other files, or add space',
    )
  }
  setInterval(() => void ensure(), tryReservesEveryMs).unref()
}
