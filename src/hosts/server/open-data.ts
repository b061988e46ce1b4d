import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import { openFileStores, type FileStores } from '#adapters/filesystem/file-stores.ts'
import type { SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { keepPrivate } from '#adapters/sqlite/private-files.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import type { DatabaseHold } from '#adapters/postgres/database-hold.ts'
import type { StateReach } from '#http/metrics/dependency-metrics.ts'
import type { State } from '#state/state.ts'
import type { Configuration } from './configuration.ts'
import { expectUncommonPassword } from './first-administrator.ts'
import { openBucket, type BucketPlatform } from './open-bucket.ts'
import type { BucketConfiguration } from './bucket-configuration.ts'
import { lockBoth, lockFolder, type FolderToLock } from './lock-folder.ts'
import type { Log } from './log.ts'
import { lockFile, stateFile, stateLockFile } from './paths.ts'
import {
  createReserves,
  keepReserves,
  stateReserve,
  storageReserve,
  type Reserves,
} from './reserves.ts'
import { expectFolders, makeFolder } from './startup-checks.ts'
import { expectNoDatabase, ownerMirrorOf } from './storage-owner.ts'
import { createRemovingThreads } from './threads/removing-threads.ts'

export interface OpenDatabase {
  readonly expectState: DatabaseHold['expectHeld']
  readonly stateReach: () => StateReach
}

/** The images and the state, for this process alone. */
export interface OpenData {
  readonly reserves: Reserves
  readonly stores: FileStores
  /** What else the engine needs for images in a bucket; null: they are in a folder. */
  readonly bucket: BucketPlatform | null
  readonly state: State
  /** For messages. */
  readonly stateName: string
  /** Whether the state was there before. */
  readonly hadState: boolean
  /** Null where the state is a file. */
  readonly database: OpenDatabase | null
  close(): Promise<void>
}

/** Takes images and state for this process, and opens them. */
export async function openData(configuration: Configuration, log: Log): Promise<OpenData> {
  const { databaseURL, bucket } = configuration
  if (databaseURL !== null) return await openWithDatabase({ ...configuration, databaseURL }, log)
  return bucket
    ? await openWithBucket({ ...configuration, bucket }, log)
    : await openWithFile(configuration, log)
}

const howToLock = ({ port }: Configuration, log: Log) => ({
  what: `the server on port ${port}`,
  onWait: (reason: string) => log('warn', reason),
  onLost(reason: string) {
    log('error', `stopped at once, for another server may write now: ${reason}`)
    // Without releasing or finishing anything: any further write could harm the server that holds
    // the lock now.
    process.exit(1)
  },
})

const storageToLock = (
  configuration: Configuration,
  reserve: SpaceReserve,
  log: Log,
): FolderToLock => ({
  folder: configuration.storageFolder,
  lockFile: lockFile(configuration.storageFolder),
  setting: 'JETSAM_STORAGE',
  reserve,
  ...howToLock(configuration, log),
})

async function makeStorage({ storageFolder }: Configuration): Promise<void> {
  await makeFolder(storageFolder, 'JETSAM_STORAGE')
  await expectFolders(storageFolder)
}

const openStores = async (
  { storageFolder }: Configuration,
  lease: FileLease,
  reserve: SpaceReserve,
): Promise<FileStores> =>
  openFileStores({
    root: storageFolder,
    mayWrite: lease.mayWrite,
    reserve,
    deleteBatch: createRemovingThreads(await realpath(storageFolder), lease).deleteBatch,
  })

async function openStateFile(
  file: string,
  { mayWrite }: FileLease,
  reserve: SpaceReserve,
  log: Log,
): ReturnType<typeof openSqlState> {
  for (const said of await keepPrivate(file)) log('warn', said)
  return await openSqlState(file, {
    mayWrite,
    giveUpReserve: reserve.giveUp,
    onGone(reason) {
      log('error', `stopped, for nothing could be remembered any more: ${reason}`)
      process.exit(1)
    },
  })
}

type Close = () => Promise<void>

/**
 * Closes what was opened, the last first: in the end, or where something that comes later cannot be
 * opened. The lease of a bucket would outlive the process.
 *
 * @param open tells of each part, once it is open, how to close it
 */
async function openParts(
  open: (opened: (close: Close) => void) => Promise<Omit<OpenData, 'close'>>,
): Promise<OpenData> {
  const closing: Close[] = []
  try {
    const parts = await open((close) => void closing.unshift(close))
    return {
      ...parts,
      async close() {
        for (const close of closing) await close()
      },
    }
  } catch (error) {
    // The first error says why it did not start.
    for (const close of closing) await close().catch(() => {})
    throw error
  }
}

async function openWithBucket(
  configuration: Configuration & { readonly bucket: BucketConfiguration },
  log: Log,
): Promise<OpenData> {
  const { dataFolder, bucket, takesOver } = configuration
  const file = stateFile(dataFolder)
  const hadState = existsSync(file)
  if (!hadState) expectUncommonPassword(configuration)
  await makeFolder(dataFolder, 'JETSAM_DATA', 0o700)
  const reserve = stateReserve(dataFolder)
  const locking = howToLock(configuration, log)
  const ofState = await lockFolder({
    folder: dataFolder,
    lockFile: stateLockFile(dataFolder),
    setting: 'JETSAM_DATA',
    reserve,
    ...locking,
  })
  return await openParts(async (opened) => {
    opened(ofState.release)
    const images = await openBucket(bucket, { ...locking, takesOver })
    opened(images.close)
    const reserves: Reserves = { storage: null, state: reserve }
    await keepReserves(reserves, log)
    await expectNoDatabase(images.platform.objects, bucket.name)
    const state = await openStateFile(file, ofState, reserve, log)
    opened(state.close)
    return {
      reserves,
      stores: images.platform,
      bucket: images.platform,
      state,
      stateName: file,
      hadState,
      database: null,
    }
  })
}

async function openWithFile(configuration: Configuration, log: Log): Promise<OpenData> {
  const { dataFolder } = configuration
  const file = stateFile(dataFolder)
  const hadState = existsSync(file)
  if (!hadState) expectUncommonPassword(configuration)
  await makeFolder(dataFolder, 'JETSAM_DATA', 0o700)
  await makeStorage(configuration)
  const reserves = createReserves(configuration)
  const [images, ofState] = await lockBoth(storageToLock(configuration, reserves.storage, log), {
    folder: dataFolder,
    lockFile: stateLockFile(dataFolder),
    setting: 'JETSAM_DATA',
    reserve: reserves.state,
    ...howToLock(configuration, log),
  })
  return await openParts(async (opened) => {
    opened(ofState.release)
    opened(images.release)
    await keepReserves(reserves, log)
    const stores = await openStores(configuration, images, reserves.storage)
    await expectNoDatabase(stores.objects, configuration.storageFolder)
    const state = await openStateFile(file, ofState, reserves.state, log)
    opened(state.close)
    return {
      reserves,
      stores,
      bucket: null,
      state,
      stateName: file,
      hadState,
      database: null,
    }
  })
}

/** The images for a server whose state is in a database. */
async function openImages(
  configuration: Configuration,
  log: Log,
  opened: (close: Close) => void,
): Promise<Pick<OpenData, 'reserves' | 'stores' | 'bucket'> & { readonly where: string }> {
  const { storageFolder, bucket, takesOver } = configuration
  if (bucket) {
    const { platform, close } = await openBucket(bucket, {
      ...howToLock(configuration, log),
      takesOver,
    })
    opened(close)
    const reserves: Reserves = { storage: null, state: null }
    return { reserves, stores: platform, bucket: platform, where: bucket.name }
  }
  await makeStorage(configuration)
  const reserve = storageReserve(storageFolder)
  const reserves: Reserves = { storage: reserve, state: null }
  const images = await lockFolder(storageToLock(configuration, reserve, log))
  opened(images.release)
  await keepReserves(reserves, log)
  const stores = await openStores(configuration, images, reserve)
  return { reserves, stores, bucket: null, where: storageFolder }
}

async function openWithDatabase(
  configuration: Configuration & { readonly databaseURL: string },
  log: Log,
): Promise<OpenData> {
  const { databaseURL } = configuration
  // Loaded only when it is used.
  const { openHeldState } = await import('#adapters/postgres/held-state.ts')
  const { whereOf } = await import('#adapters/postgres/connection-pool.ts')
  return await openParts(async (opened) => {
    const images = await openImages(configuration, log, opened)
    const { state, hold, pool } = await openHeldState(databaseURL, {
      ...howToLock(configuration, log),
      mirror: ownerMirrorOf(images.stores.objects, images.where),
      onReach(failure) {
        if (failure === null) log('info', 'the database answers again')
        else log('error', `${failure.message}. Until then only pulls under way go on`)
      },
    })
    opened(state.close)
    const hadState = (await state.accounts.list()).length > 0
    if (!hadState) expectUncommonPassword(configuration)
    const stateName = `the database at ${whereOf(databaseURL)}`
    log('info', `state in ${stateName}`)
    const { reserves, stores, bucket } = images
    return {
      reserves,
      stores,
      bucket,
      state,
      stateName,
      hadState,
      database: {
        expectState: hold.expectHeld,
        stateReach() {
          const { failure, ...reach } = hold.reach()
          return { ...reach, isReachable: failure === null, connections: pool() }
        },
      },
    }
  })
}
