import { aTask } from '#testing/builders/a-task.ts'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree, StoredFile } from '#adapters/filesystem/file-tree.ts'

/** The silent errors of a storage, each once. */
export const lies = [
  'a write that is lost',
  'a write that loses half of its bytes',
  'a move that is not made',
  'a removal that is not made',
  'a read that returns half of a file',
  'a file that is not found',
  'a listing without its last entry',
] as const
export type Lie = (typeof lies)[number]

/** The errors that a storage reports, once or from some call on. */
export const admitted = ['FULL', 'READ_ONLY', 'DENIED', 'FAILED'] as const
export type Fault =
  | { readonly kind: 'slow' }
  | { readonly kind: 'lies'; readonly lie: Lie }
  | { readonly kind: 'fails'; readonly code: (typeof admitted)[number]; readonly once: boolean }

type Call = 'read' | 'add' | 'remove'

/** A full storage can still be read and emptied, a read-only one still be read. */
const met: Record<(typeof admitted)[number], readonly Call[]> = {
  FULL: ['add'],
  READ_ONLY: ['add', 'remove'],
  DENIED: ['read', 'add', 'remove'],
  FAILED: ['read', 'add', 'remove'],
}

const callOf: Record<Lie, keyof FileTree> = {
  'a write that is lost': 'write',
  'a write that loses half of its bytes': 'write',
  'a move that is not made': 'move',
  'a removal that is not made': 'remove',
  'a read that returns half of a file': 'open',
  'a file that is not found': 'open',
  'a listing without its last entry': 'list',
}

async function bytesOf(body: Bytes | ReadableStream<Bytes>): Promise<Bytes> {
  return new Uint8Array(await new Response(body).arrayBuffer())
}

const half = (file: StoredFile): StoredFile => ({
  sizeBytes: file.sizeBytes,
  modifiedAtMs: file.modifiedAtMs,
  bytes: async () => {
    const bytes = await file.bytes()
    return bytes.slice(0, bytes.length >> 1)
  },
  stream: (range) => {
    const end = Math.min(range?.end ?? file.sizeBytes, file.sizeBytes >> 1)
    return file.stream({ start: Math.min(range?.start ?? 0, end), end })
  },
})

export interface FaultyStorage {
  readonly storage: FileTree
  /** Whether the failing call has been made. */
  hasMet(): boolean
}

/** A storage whose nth call that can fail so, from 1, does. */
export function faultyStorage(inner: FileTree, fault: Fault, nth: number): FaultyStorage {
  let calls = 0

  /** Counts a call; true if it must fail, or comes after it and the fault lasts. */
  function isMet(lasts: boolean): boolean {
    calls += 1
    return lasts ? calls >= nth : calls === nth
  }

  async function honestly<T>(call: Call, path: string, act: () => Promise<T>): Promise<T> {
    if (fault.kind === 'slow' && isMet(false)) for (let turn = 0; turn < 5; turn += 1) await aTask()
    if (fault.kind === 'fails' && met[fault.code].includes(call) && isMet(!fault.once)) {
      throw new StoreError(fault.code, path)
    }
    return act()
  }

  /** The false answer, when it is the turn of this lie. */
  const lieAt = (name: keyof FileTree): Lie | null =>
    fault.kind === 'lies' && callOf[fault.lie] === name && isMet(false) ? fault.lie : null

  const storage: FileTree = {
    ...inner,
    open: (path, options) =>
      honestly('read', path, async () => {
        const lie = lieAt('open')
        if (lie === 'a file that is not found') return null
        const file = await inner.open(path, options)
        return file !== null && lie !== null ? half(file) : file
      }),
    list: (path) =>
      honestly('read', path, async () => {
        const entries = await inner.list(path)
        return lieAt('list') === null ? entries : entries.slice(0, -1)
      }),
    write: (path, body, options) =>
      honestly('add', path, async () => {
        const lie = lieAt('write')
        if (lie === null) return inner.write(path, body, options)
        const bytes = await bytesOf(body)
        if (lie === 'a write that loses half of its bytes') {
          await inner.write(path, bytes.slice(0, bytes.length >> 1), options)
        }
        return bytes.length
      }),
    move: (from, to) =>
      honestly('add', from, async () => {
        if (lieAt('move') === null) await inner.move(from, to)
      }),
    remove: (path, options) =>
      honestly('remove', path, async () => {
        if (lieAt('remove') === null) await inner.remove(path, options)
      }),
  }
  return { storage, hasMet: () => calls >= nth }
}
