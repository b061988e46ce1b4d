import { StoreError } from '#storage/errors.ts'

const codes: Readonly<Record<string, StoreError['code']>> = {
  ENOENT: 'NOT_FOUND',
  ENOSPC: 'FULL',
  EDQUOT: 'FULL',
  EFBIG: 'FULL',
  EROFS: 'READ_ONLY',
  EACCES: 'DENIED',
  EPERM: 'DENIED',
}

/** The platform's own code (`ENOSPC`), or null for an error of another kind. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return 'syscall' in error && typeof error.code === 'string' ? error.code : null
}

/** Absent: the file, or a folder on its path. */
export const isAbsent = (error: unknown): boolean => {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * The codes with which `O_NOFOLLOW` and `O_NONBLOCK` report a symbolic link, and a socket or an
 * idle device.
 */
export const isNoFile = (error: unknown): boolean =>
  ['ELOOP', 'ENXIO'].includes(systemCode(error) ?? '')

/** No room: on the disk, or in the account's quota. */
export const isFull = (error: unknown): boolean => {
  if (error instanceof StoreError) return error.code === 'FULL'
  const code = systemCode(error)
  return code !== null && codes[code] === 'FULL'
}

/**
 * File system errors as `StoreError`; all others, for instance of a disconnected client,
 * unchanged.
 */
export function storageErrorOf(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code === null || error instanceof StoreError) return error
  return new StoreError(codes[code] ?? 'FAILED', path, { cause: error })
}

/** The same for blocking calls. */
export function withStorageErrorsNow<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw storageErrorOf(error, path)
  }
}

export async function withStorageErrors<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw storageErrorOf(error, path)
  }
}
