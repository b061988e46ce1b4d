import { StoreError } from './errors.ts'

/**
 * The parts of a storage path. Throws `StoreError` `INVALID_PATH`. Paths are built from parsed
 * names, so this never rejects a path of the registry: it is a second check.
 */
export function partsOfPath(path: string): readonly string[] {
  assertSafePath(path)
  return path.split('/')
}

/** An empty part, `.` or `..`, or a character that ends a path on some platform. */
// oxlint-disable-next-line no-control-regex
const unsafe = /(?:^|\/)\.{0,2}(?:\/|$)|[\0\\]/

export const isSafePath = (path: string): boolean => !unsafe.test(path)

/** Bytes that are not valid UTF-8 become U+FFFD, and no such name can be opened. */
export const canBeKey = (name: string): boolean => isSafePath(name) && !name.includes('\uFFFD')

/** The same check without the parts. */
export function assertSafePath(path: string): void {
  if (!isSafePath(path)) throw new StoreError('INVALID_PATH', path)
}
