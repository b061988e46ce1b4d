import { StateError } from '#state/state-error.ts'
import type { StateParts } from '#state/state.ts'
import { withEachCall } from '#adapters/sql/each-call.ts'
import { isFull } from '../filesystem/file-errors.ts'

/** No room on the disk of the state, as reported by SQLite, or by the file system of its log. */
export function isStateFull(error: unknown): boolean {
  if (error instanceof StateError) return error.code === 'FULL'
  if (isFull(error)) return true
  const code = error instanceof Error && 'code' in error ? error.code : null
  // The second code concerns the memory that processes share, which is a file too.
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE'
}

export const stateFull = (cause: unknown): StateError =>
  new StateError(
    'FULL',
    'the disk that holds the state (accounts, settings, history) is full: remove other files from it, or add space',
    { cause },
  )

export interface RoomMaker {
  /** Makes room in the state's own files. There may be none to make. May fail. */
  compact(): Promise<unknown>
  /** Releases the reserve. */
  giveUp(): Promise<unknown>
}

/** Does something, and again each time that room was made. Finally rejects with `FULL`. */
export async function withRoom<T>(room: RoomMaker, act: () => Promise<T>): Promise<T> {
  const ways = [
    () => room.compact().catch(() => {}),
    async () => {
      await room.giveUp()
      await room.compact().catch(() => {})
    },
  ]
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isStateFull(error)) throw error
      const makeRoom = ways.shift()
      if (makeRoom === undefined) throw stateFull(error)
      await makeRoom()
    }
  }
}

/**
 * The same parts, whose methods make room if there is none. Each method is done whole or not at
 * all.
 */
export const partsWithRoom = (room: RoomMaker, parts: StateParts): StateParts =>
  withEachCall(parts, (call) => withRoom(room, () => call(parts)))
