import { constants } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MayWrite } from '#coordination/leadership.ts'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'
import { partsOfPath } from '#storage/storage-path.ts'
import { isAbsent, withStorageErrors } from './file-errors.ts'
import { isPlain } from './file-nodes.ts'
import { writeBody } from './file-stream.ts'
import type { SpaceReserve } from './space-reserve.ts'

/**
 * Files that several servers take from each other by their names: of two that rename or unlink one
 * file, the file system lets one succeed. Nothing here is durable.
 */
export interface ClaimableFiles {
  /** Renames a file within its folder. False if it is not there (any more). */
  rename(from: string, to: string): Promise<boolean>
  /** False if it is not there (any more). */
  unlink(path: string): Promise<boolean>
  /**
   * Appends to a file, and never makes one. Resolves to the number of bytes that were added; null if
   * the file is not there, and the body is untouched.
   */
  append(path: string, body: Bytes | ReadableStream<Bytes>): Promise<number | null>
}

export interface ClaimableFilesOptions {
  /** Absolute, without symbolic links. */
  readonly root: string
  readonly mayWrite?: MayWrite
  readonly reserve?: SpaceReserve
}

export function createClaimableFiles(options: ClaimableFilesOptions): ClaimableFiles {
  const { root, reserve, mayWrite = () => undefined } = options

  /** Runs an act on a file, whose folder no link leads to; `otherwise` if it is not there. */
  const onFile = <T, U>(path: string, otherwise: U, act: (file: string) => Promise<T>) =>
    withStorageErrors(path, async (): Promise<T | U> => {
      const file = join(root, ...partsOfPath(path))
      const plain = await isPlain(dirname(file))
      if (plain === null) return otherwise
      if (!plain) throw new StoreError('INVALID_PATH', path)
      await mayWrite()
      try {
        return await act(file)
      } catch (error) {
        if (isAbsent(error)) return otherwise
        throw error
      }
    })

  function leaveReserve(path: string): void {
    if (reserve?.state() === 'given up') throw new StoreError('FULL', path)
  }

  return {
    rename: (from, to) =>
      onFile(from, false, async (file) => {
        await rename(file, join(root, ...partsOfPath(to)))
        return true
      }),

    unlink: (path) =>
      onFile(path, false, async (file) => {
        await unlink(file)
        return true
      }),

    async append(path, body) {
      if (reserve?.state() === 'given up') await reserve.ensure()
      leaveReserve(path)
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW
      const handle = await onFile(path, null, (file) => open(file, flags))
      if (handle === null) return null
      return await withStorageErrors(path, async () => {
        try {
          return await writeBody(handle, body, path, mayWrite, () => leaveReserve(path))
        } finally {
          await handle.close()
        }
      })
    },
  }
}
