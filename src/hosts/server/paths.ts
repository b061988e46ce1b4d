import { join } from 'node:path'

/** Accounts, sessions, settings, jobs: everything except images. */
export const stateFile = (dataFolder: string): string => join(dataFolder, 'state.sqlite')

/** Space that is released when the disk is full. */
export const stateReserveFile = (dataFolder: string): string => `${stateFile(dataFolder)}.reserve`

/** Two servers with different images cannot share a state either. */
export const stateLockFile = (dataFolder: string): string => join(dataFolder, 'lock')

/** Beside the images, so that two servers with different states cannot share a storage. */
export const lockFile = (storageFolder: string): string =>
  join(storageFolder, 'jetsam', 'v1', 'lock')

/** Of several servers, each has a file in there while it runs. */
export const serversFolder = (storageFolder: string): string =>
  join(storageFolder, 'jetsam', 'v1', 'servers')

/** Space that is released when the disk is full. */
export const storageReserveFile = (storageFolder: string): string =>
  join(storageFolder, 'jetsam', 'v1', 'reserve')
