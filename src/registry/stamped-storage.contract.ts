import type { Storage, StoredFile } from './storage.ts'

/** A storage whose files have stamps: how many changes there had been when each was written. */
export function withStamps(storage: Storage): Storage {
  let changes = 0
  const writtenAt = new Map<string, number>()
  const changed = (path: string): void => void writtenAt.set(path, (changes += 1))
  const stamped = (file: StoredFile, path: string): StoredFile => ({
    sizeBytes: file.sizeBytes,
    modifiedAtMs: file.modifiedAtMs,
    bytes: () => file.bytes(),
    stream: (range) => file.stream(range),
    stamp: () => `change-${writtenAt.get(path) ?? 0}`,
  })
  return {
    ...storage,
    async open(path, options) {
      const file = await storage.open(path, options)
      return file && stamped(file, path)
    },
    async write(path, ...rest) {
      changed(path)
      return await storage.write(path, ...rest)
    },
    async move(from, to) {
      changed(to)
      await storage.move(from, to)
    },
  }
}
