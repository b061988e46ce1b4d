import { randomFillSync } from 'node:crypto'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isAbsent, isFull } from './file-errors.ts'

/**
 * Disk space that is reserved for what frees some: a file that is removed when such a change finds
 * the disk full. While it is released, other changes are refused; otherwise clients that retry
 * would take the space at once.
 */
export interface SpaceReserve {
  /**
   * `held`: it exists. `given up`: there is no room for it. `none`: not made (yet), or it cannot
   * be.
   */
  state(): 'held' | 'given up' | 'none'
  /** Releases its space. False: there was nothing to release. Never rejects. */
  giveUp(): Promise<boolean>
  /** Makes it if it is missing and there is room. False while it is released. Never rejects. */
  ensure(): Promise<boolean>
}

export interface SpaceReserveOptions {
  /** In an existing folder, on the disk that needs the reserve. */
  readonly file: string
  readonly sizeBytes: number
  /**
   * A file that only saves time: it is removed if there is no reserve, as on a disk that filled up
   * before.
   */
  readonly dispensable?: string
  /**
   * Another reserve, which counts if it is on the same disk: the space that it released is not for
   * other writes either.
   */
  readonly beside?: SpaceReserve & { readonly folder: string }
}

/** A disk with less free space than this needs its reserve for itself. */
const roomFactor = 1.5

/** Random, because some file systems compress. */
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
      // Some file systems allocate space only when the bytes are written out.
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
      // A disk that takes nothing at all refuses by itself, with the reason.
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

/** Does something that frees space, or is needed to: again after the reserve was released. */
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
