import { StorageError } from './storage.ts'

/**
 * The parts of a storage path, or `StorageError` `INVALID_PATH`. Paths are built from parsed names,
 * so this never refuses one of ours: it is the second lock on the same door.
 */
export function partsOfPath(path: string): readonly string[] {
  const parts = path.split('/')
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..' || part.includes('\0')) {
      throw new StorageError('INVALID_PATH', path)
    }
    if (part.includes('\\')) throw new StorageError('INVALID_PATH', path)
  }
  return parts
}
