import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'

/** A storage in memory, and a clock that only the test moves. */
export function memoryHost() {
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  const storage = createMemoryFileTree({ clock })
  return { storage, clock, advance: (ms: number) => void (nowMs += ms) }
}
