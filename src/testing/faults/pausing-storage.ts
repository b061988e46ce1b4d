import type { FileTree } from '#adapters/filesystem/file-tree.ts'

type Call = keyof FileTree

export interface Pause {
  /** Resolves just before the call is made. */
  readonly reached: Promise<void>
  /** Lets the call proceed. */
  goOn(): void
}

const nothing = (): void => {}

/** A promise that is resolved from outside. */
function openPromise() {
  let resolve = nothing
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

/** A storage that stops before the next call of a kind to a path, until it is released. */
export function pausingStorage(storage: FileTree) {
  let paused: { call: Call; path: string; reach: () => void; goes: Promise<void> } | null = null

  async function before(call: Call, path: string): Promise<void> {
    if (paused?.call !== call || paused.path !== path) return
    const { reach, goes } = paused
    paused = null
    reach()
    await goes
  }

  return {
    stopBefore(call: Call, path: string): Pause {
      const going = openPromise()
      const reaching = openPromise()
      paused = { call, path, reach: reaching.resolve, goes: going.promise }
      return { reached: reaching.promise, goOn: going.resolve }
    },
    storage: {
      open: async (...call) => (await before('open', call[0]), storage.open(...call)),
      list: async (...call) => (await before('list', call[0]), storage.list(...call)),
      write: async (...call) => (await before('write', call[0]), storage.write(...call)),
      move: async (...call) => (await before('move', call[1]), storage.move(...call)),
      remove: async (...call) => (await before('remove', call[0]), storage.remove(...call)),
      removeEmpty: async (...call) => (
        await before('removeEmpty', call[0]),
        storage.removeEmpty(...call)
      ),
    } satisfies FileTree,
  }
}
