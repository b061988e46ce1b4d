import { createStore, entries, setMany, delMany, get, set, clear } from 'idb-keyval'
import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'
import type { MemoryStateSnapshot } from '#adapters/memory/memory-state.ts'

/** What outlives the page: images, state, and the session. */
export interface Saved {
  readonly files: readonly (readonly [path: string, file: SnapshotFile])[]
  readonly state: MemoryStateSnapshot | null
  readonly sessionToken: string | null
}

export interface Persistence {
  /** Null when nothing was saved: then the mock host starts with the initial content. */
  load(): Promise<Saved | null>
  fileChanged(path: string, file: SnapshotFile | null): void
  stateChanged(): void
  sessionChanged(token: string | null): void
  /** Resolves once every change so far is saved: only then may a call be acknowledged. */
  flush(): Promise<void>
}

export interface PersistenceOptions {
  readonly databaseName: string
  /** Called when there is something to save, not at each change. */
  readonly stateSnapshot: () => MemoryStateSnapshot
}

const keys = { state: 'state', session: 'session' }

/**
 * Saves to IndexedDB: each image file by itself, because there are many, and the state as one
 * value.
 */
export function createBrowserPersistence(options: PersistenceOptions): Persistence {
  const files = createStore(`${options.databaseName}-files`, 'files')
  const values = createStore(`${options.databaseName}-values`, 'values')
  const changedFiles = new Map<string, SnapshotFile | null>()
  let stateIsOld = false
  let sessionToken: string | null | undefined
  let saving: Promise<void> = Promise.resolve()

  async function save(): Promise<void> {
    const written: [string, SnapshotFile][] = []
    const removed: string[] = []
    for (const [path, file] of changedFiles) {
      if (file === null) removed.push(path)
      else written.push([path, file])
    }
    changedFiles.clear()
    if (written.length > 0) await setMany(written, files)
    if (removed.length > 0) await delMany(removed, files)
    if (stateIsOld) {
      stateIsOld = false
      await set(keys.state, options.stateSnapshot(), values)
    }
    if (sessionToken !== undefined) {
      const token = sessionToken
      sessionToken = undefined
      await set(keys.session, token, values)
    }
  }

  return {
    async load() {
      const state = await get<MemoryStateSnapshot>(keys.state, values)
      if (state === undefined) {
        // An interrupted first start may have left files without a state.
        await clear(files)
        return null
      }
      return {
        files: await entries<string, SnapshotFile>(files),
        state,
        sessionToken: (await get<string | null>(keys.session, values)) ?? null,
      }
    },
    fileChanged: (path, file) => void changedFiles.set(path, file),
    stateChanged: () => void (stateIsOld = true),
    sessionChanged: (token) => void (sessionToken = token),
    flush() {
      // One after the other, so that an older value never overwrites a newer one.
      saving = saving.then(save)
      return saving
    },
  }
}

/** For scenarios that start with their initial content at each load, and for Node. */
export const noPersistence: Persistence = {
  load: () => Promise.resolve(null),
  fileChanged: () => undefined,
  stateChanged: () => undefined,
  sessionChanged: () => undefined,
  flush: () => Promise.resolve(),
}
