import type { FileTree } from '#adapters/filesystem/file-tree.ts'

export class Killed extends Error {}

/** Lets a change of storage happen, or not. */
export type ChangeGate = <T>(act: () => Promise<T>) => Promise<T>

/**
 * A storage whose process is killed before its nth change: that change and all later ones fail.
 * Reads still succeed, because a dead process would make none.
 */
export function killedBeforeChange(storage: FileTree, nth: number) {
  let changes = 0
  const change: ChangeGate = (act) => {
    changes += 1
    return changes >= nth ? Promise.reject(new Killed()) : act()
  }
  return {
    wasKilled: () => changes >= nth,
    /** For changes that do not go through this storage. */
    change,
    storage: {
      open: storage.open,
      list: storage.list,
      write: (...args) => change(() => storage.write(...args)),
      move: (...args) => change(() => storage.move(...args)),
      remove: (...args) => change(() => storage.remove(...args)),
      removeEmpty: (...args) => change(() => storage.removeEmpty(...args)),
    } satisfies FileTree,
  }
}
