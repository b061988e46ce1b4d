import type { FileTree } from '#adapters/filesystem/file-tree.ts'

/** The calls of a storage, in the order in which tables show them. */
export const storageCalls = ['open', 'list', 'write', 'move', 'remove', 'removeEmpty'] as const
export type StorageCall = (typeof storageCalls)[number]

export type CallCounts = Readonly<Record<StorageCall, number>>

export interface CountingStorage<S extends FileTree> {
  /** Does what the inner storage does, in the same turn. */
  readonly storage: S
  /** How often each call was made since the last `take`. */
  take(): CallCounts
}

const none = (): Record<StorageCall, number> => ({
  open: 0,
  list: 0,
  write: 0,
  move: 0,
  remove: 0,
  removeEmpty: 0,
})

/** Counts the calls of a storage by name; bodies and answers pass through unchanged. */
export function countingStorage<S extends FileTree>(inner: S): CountingStorage<S> {
  let counts = none()
  const counted = (name: StorageCall): void => {
    counts[name] += 1
  }
  const storage: S = {
    ...inner,
    open: (...call) => (counted('open'), inner.open(...call)),
    list: (...call) => (counted('list'), inner.list(...call)),
    write: (...call) => (counted('write'), inner.write(...call)),
    move: (...call) => (counted('move'), inner.move(...call)),
    remove: (...call) => (counted('remove'), inner.remove(...call)),
    removeEmpty: (...call) => (counted('removeEmpty'), inner.removeEmpty(...call)),
  } satisfies FileTree
  return {
    storage,
    take() {
      const taken = counts
      counts = none()
      return taken
    },
  }
}

/** A line for each act, as a table that is easy to compare. */
export function callTable(acts: ReadonlyMap<string, CallCounts>): string {
  const columns = [...storageCalls, 'all'] as const
  const lines = Array.from(acts, ([name, counts]) => {
    const all = storageCalls.reduce((sum, call) => sum + counts[call], 0)
    return [name, ...columns.map((column) => String(column === 'all' ? all : counts[column]))]
  })
  const rows = [['', ...columns], ...lines]
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(width(at)) : cell.padStart(width(at) + 2)))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}
