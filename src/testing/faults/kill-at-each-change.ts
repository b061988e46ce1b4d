import { expect } from 'vitest'
import type { MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { openTestRegistry, type TestRegistry } from '../builders/test-registry.ts'
import { readState, woundsOf } from '../histories/history-state.ts'
import { Killed, killedBeforeChange } from './failing-storage.ts'

let ids = 0

/**
 * Kills `act` before each of its changes in turn; then `check` examines what a new start finds.
 *
 * @param startMs the clock's time in the killed process and those after it
 * @returns how many changes the act has
 */
export async function killAtEachChange(
  prepare: () => Promise<{ storage: MemoryFileTree }>,
  act: (registry: TestRegistry) => Promise<unknown>,
  check: (registry: TestRegistry, storage: MemoryFileTree) => Promise<void>,
  startMs?: number,
): Promise<number> {
  const clock = startMs === undefined ? {} : { startMs }
  for (let nth = 1; ; nth += 1) {
    const { storage } = await prepare()
    const failing = killedBeforeChange(storage, nth)
    // Ids differ from those of the next process.
    const createId = () => `killed-${nth}-${(ids += 1)}`
    const killed = act(openTestRegistry({ ...clock, storage: failing.storage, createId }))
    if (!failing.wasKilled()) await killed.catch(() => {})
    if (!failing.wasKilled()) {
      await killed
      return nth - 1
    }
    await expect(killed).rejects.toBeInstanceOf(Killed)
    // Other software may serve the folder before the next start: what it finds linked must be
    // whole.
    expect(woundsOf(await readState(storage)), `change ${nth}`).toEqual([])
    const after = openTestRegistry({ ...clock, storage })
    await after.trash.recover()
    await check(after, storage)
    // Each step can be repeated, and a second start finds nothing left to do.
    expect(await openTestRegistry({ ...clock, storage }).trash.recover()).toEqual({
      deleted: [],
      restored: [],
      broken: [],
    })
  }
}
