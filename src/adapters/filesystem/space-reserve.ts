import { randomFillSync } from 'node:crypto'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isAbsent, isFull } from './file-errors.ts'

/**
 * Disk space that is kept for what frees some: a file that is given up when such a change finds the
 * disk full. As long as it is given up, other changes are refused, or clients that try again and
 * again would take the space at once.
 */
export interface SpaceReserve {
  /** `held`: it is there. `given up`: there is no room for it. `none`: not made (yet), or it cannot be. */
  state(): 'held' | 'given up' | 'none'
  /** Gives up its space. False: there was nothing to give up. Never rejects. */
  giveUp(): Promise<boolean>
  /** Makes it, where it is not there and there is room. False while it is given up. Never rejects. */
  ensure(): Promise<boolean>
}

export interface SpaceReserveOptions {
  /** In a folder that exists, on the disk that is meant. */
  readonly file: string
  readonly sizeBytes: number
  /** A file that only saves time: it goes where there is no reserve, as on a disk that filled up before. */
  readonly dispensable?: string
  /** Another one, which counts where it is on the same disk: what it gave up is not for everybody either. */
  readonly beside?: SpaceReserve & { readonly folder: string }
}

/** As full as that, a disk needs its reserve for itself. */
const roomFactor = 1.5

/** Random, for some file systems compress. */
const chunk = randomFillSync(new Uint8Array(64 * 1024))

async function remove(file: string): Promise<boolean> {
  try {
    await rm(file)
    return true
  } catch {
    return false
  }
}

const sameDisk = async (one: string, other: string): Promise<boolean> =>
  (await stat(one)).dev === (await stat(other)).dev

export function createSpaceReserve(options: SpaceReserveOptions): SpaceReserve {
  const { file, sizeBytes, dispensable, beside } = options
  let sharesDisk = false
  let state: ReturnType<SpaceReserve['state']> = 'none'
  let making: Promise<void> | null = null

  async function write(): Promise<void> {
    const handle = await open(file, 'w', 0o600)
    try {
      for (let written = 0; written < sizeBytes;) {
        const part = chunk.subarray(0, Math.min(chunk.length, sizeBytes - written))
        written += (await handle.write(part)).bytesWritten
      }
      // Some file systems only find space when the bytes are written out.
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async function make(): Promise<void> {
    try {
      sharesDisk = beside !== undefined && (await sameDisk(beside.folder, dirname(file)))
      const found = await stat(file).catch((error: unknown) => {
        if (isAbsent(error)) return null
        throw error
      })
      if (found?.size === sizeBytes) {
        state = 'held'
        return
      }
      const { bavail, bsize } = await statfs(dirname(file))
      if (bavail * bsize < sizeBytes * roomFactor) {
        state = 'given up'
        return
      }
      await write()
      state = 'held'
    } catch (error) {
      await remove(file)
      // A disk that takes nothing at all refuses by itself, and says why.
      state = isFull(error) ? 'given up' : 'none'
    }
  }

  const besideIsGivenUp = (): boolean => sharesDisk && beside?.state() === 'given up'

  return {
    state: () => (besideIsGivenUp() ? 'given up' : state),

    async giveUp() {
      await making
      const gaveUp = await remove(file)
      state = 'given up'
      return gaveUp || (dispensable !== undefined && (await remove(dispensable)))
    },

    async ensure() {
      if (state !== 'held') {
        making ??= make().finally(() => (making = null))
        await making
      }
      if (besideIsGivenUp()) return (await beside?.ensure()) === true && state !== 'given up'
      return state !== 'given up'
    },
  }
}

/** Does something that frees space, or is needed to: once more after the reserve was given up. */
export async function withReserve<T>(
  reserve: Pick<SpaceReserve, 'giveUp'> | undefined,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (reserve === undefined || !isFull(error) || !(await reserve.giveUp())) throw error
    return await act()
  }
}
