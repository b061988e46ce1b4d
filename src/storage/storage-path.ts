import { StorageError } from './storage.ts'

/**
 * The parts of a storage path, or `StorageError` `INVALID_PATH`. Paths are built from parsed names,
 * so this never refuses one of ours: it is the second lock on the same door.
 */
export function partsOfPath(path: string): readonly string[] {
  refuseStrangePath(path)
  return path.split('/')
}

/** A part that is nothing, `.` or `..`, or what some platform takes for the end of one. */
// oxlint-disable-next-line no-control-regex
const strange = /(?:^|\/)\.{0,2}(?:\/|$)|[\0\\]/

export const isSafePath = (path: string): boolean => !strange.test(path)

/** The same for those who need no parts. */
export function refuseStrangePath(path: string): void {
  if (!isSafePath(path)) throw new StorageError('INVALID_PATH', path)
}
