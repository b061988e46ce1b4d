import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'

/** The place where a store is written, by paths within it. */
export interface StoreTarget {
  write(path: string, bytes: string | Uint8Array): void
  /** Makes an empty folder, if the target has folders. */
  makeFolder(path: string): void
  /** Makes a file look as if it had been written then. */
  setTime(path: string, modifiedAtMs: number): void
}

/**
 * Synchronous, and makes each folder once: a store of half a million blobs has two million files.
 */
export function folderTarget(folder: string): StoreTarget {
  const made = new Set<string>()
  const makeFolder = (path: string): void => {
    if (made.has(path)) return
    if (path !== '.') makeFolder(dirname(path))
    mkdirSync(join(folder, path), { recursive: true })
    // Folders of a single blob or link occur only once, and would fill the memory.
    if (!/[a-f0-9]{64}$/.test(path)) made.add(path)
  }
  return {
    makeFolder,
    write(path, bytes) {
      makeFolder(dirname(path))
      writeFileSync(join(folder, path), bytes)
    },
    setTime: (path, modifiedAtMs) =>
      utimesSync(join(folder, path), modifiedAtMs / 1000, modifiedAtMs / 1000),
  }
}

/** Collects files for a storage in memory. */
export function memoryTarget(modifiedAtMs: number): StoreTarget & {
  readonly files: ReadonlyMap<string, SnapshotFile>
} {
  const files = new Map<string, SnapshotFile>()
  return {
    files,
    makeFolder: () => {},
    write(path, content) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
      files.set(path, { bytes: new Uint8Array(bytes), modifiedAtMs })
    },
    setTime(path, timeMs) {
      const file = files.get(path)
      if (file) files.set(path, { ...file, modifiedAtMs: timeMs })
    },
  }
}
