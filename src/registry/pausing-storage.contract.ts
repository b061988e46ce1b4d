import type { Storage } from './storage.ts'

type Call = keyof Storage

export interface Pause {
  /** Comes to pass when somebody is about to make the call. */
  readonly reached: Promise<void>
  /** Lets them make it. */
  goOn(): void
}

/** A storage that stops before the next call of a kind to a path, until it is told to go on. */
export function pausingStorage(storage: Storage) {
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
      let goOn = () => {}
      const goes = new Promise<void>((resolve) => (goOn = resolve))
      const reached = new Promise<void>((reach) => (paused = { call, path, reach, goes }))
      return { reached, goOn }
    },
    storage: {
      open: async (...call) => (await before('open', call[0]), storage.open(...call)),
      list: async (...call) => (await before('list', call[0]), storage.list(...call)),
      write: async (...call) => (await before('write', call[0]), storage.write(...call)),
      move: async (...call) => (await before('move', call[1]), storage.move(...call)),
      remove: async (...call) => (await before('remove', call[0]), storage.remove(...call)),
    } satisfies Storage,
  }
}
