import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import { openFileStores, type FileStores } from '#adapters/filesystem/file-stores.ts'
import type { SpaceReserve } from '#adapters/filesystem/space-reserve.ts'
import { keepPrivate } from '#adapters/sqlite/private-files.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import type { Configuration } from './configuration.ts'
import { expectUncommonPassword } from './first-administrator.ts'
import { openBucket } from './open-bucket.ts'
import type { BucketConfiguration } from './bucket-configuration.ts'
import { lockBoth, lockFolder, type FolderToLock } from './lock-folder.ts'
import type { Log } from './log.ts'
import { lockFile, stateFile, stateLockFile } from './paths.ts'
import { openParts, type Close, type OpenData } from './open-parts.ts'
import {
  createReserves,
  keepReserves,
  stateReserve,
  storageReserve,
  type Reserves,
} from './reserves.ts'
import { expectFolders, makeFolder } from './startup-checks.ts'
import { expectNoDatabase, ownerMirrorOf } from './storage-owner.ts'
import { openSeveral } from './several/open-several.ts'
import { openSeveralOnBucket } from './several/open-several-on-bucket.ts'
import { createRemovingThreads } from './threads/removing-threads.ts'

/** What is opened, and for what. */
interface ToOpen extends Configuration {
  /** How others are told who holds the data; absent: the server. */
  readonly what?: string
}

/** Takes images and state for this process, and opens them. */
export async function openData(configuration: ToOpen, log: Log): Promise<OpenData> {
  const { databaseURL, bucket } = configuration
  if (databaseURL !== null) return await openWithDatabase({ ...configuration, databaseURL }, log)
  return bucket
    ? await openWithBucket({ ...configuration, bucket }, log)
    : await openWithFile(configuration, log)
}

const howToLock = ({ port, what }: ToOpen, log: Log) => ({
  what: what ?? `the server on port ${port}`,
  onWait: (reason: string) => log('warn', reason),
  onLost(reason: string) {
    log('error', `stopped at once, for another server may write now: ${reason}`)
    // Without releasing or finishing anything: any further write could harm the server that holds
    // the lock now.
    process.exit(1)
  },
})

const storageToLock = (configuration: ToOpen, reserve: SpaceReserve, log: Log): FolderToLock => ({
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

async function openWithBucket(
  configuration: ToOpen & { readonly bucket: BucketConfiguration },
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
      coordination: null,
    }
  })
}

async function openWithFile(configuration: ToOpen, log: Log): Promise<OpenData> {
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
      coordination: null,
    }
  })
}

/** The images for a server whose state is in a database. */
async function openImages(
  configuration: ToOpen,
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
  configuration: ToOpen & { readonly databaseURL: string },
  log: Log,
): Promise<OpenData> {
  const { databaseURL, storageFolder, isOneOfSeveral } = configuration
  // Loaded only when it is used.
  const { openHeldState } = await import('#adapters/postgres/held-state.ts')
  const { whereOf } = await import('#adapters/postgres/connection-pool.ts')
  const holding = {
    ...howToLock(configuration, log),
    onReach(failure: { readonly message: string } | null) {
      if (failure === null) log('info', 'the database answers again')
      else log('error', `${failure.message}. Until then only pulls under way go on`)
    },
  }
  return await openParts(async (opened) => {
    async function openAlone() {
      const images = await openImages(configuration, log, opened)
      const mirror = ownerMirrorOf(images.stores.objects, images.where)
      const held = await openHeldState(databaseURL, { ...holding, mirror })
      opened(held.state.close)
      return { ...images, held, coordination: null }
    }

    async function openShared() {
      if (configuration.bucket) {
        const { bucket, takesOver } = configuration
        const shared = { ...holding, databaseURL, bucket, takesOver, opened }
        const { platform, ...parts } = await openSeveralOnBucket(shared)
        const reserves: Reserves = { storage: null, state: null }
        return { ...parts, stores: platform, bucket: platform, reserves }
      }
      await makeStorage(configuration)
      const reserve = storageReserve(storageFolder)
      const reserves: Reserves = { storage: reserve, state: null }
      const parts = await openSeveral({ ...holding, storageFolder, databaseURL, reserve, opened })
      await keepReserves(reserves, log)
      return { ...parts, reserves, bucket: null }
    }

    const parts = await (isOneOfSeveral ? openShared() : openAlone())
    const { reserves, stores, bucket, coordination } = parts
    const { state, hold, pool } = parts.held
    const hadState = (await state.accounts.list()).length > 0
    if (!hadState) expectUncommonPassword(configuration)
    const stateName = `the database at ${whereOf(databaseURL)}`
    log('info', `state in ${stateName}`)
    if (coordination !== null) {
      const { others } = coordination.reach()
      log('info', `one of several servers, beside ${others.join(', ') || 'none as yet'}`)
    }
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
      coordination,
    }
  })
}
