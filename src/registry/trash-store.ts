import { inBatches } from './in-batches.ts'
import { trashFile, trashFolder } from './layout.ts'
import type { Storage, StoredEntry } from './storage.ts'
import { parseStoredId, type StoredId } from './stored-id.ts'
import { encodeTrashFile, parseTrashFile, type TrashFile } from './trash-file.ts'

/** A trash entry that cannot be read. What it holds is unknown, so nothing may be collected. */
export class TrashUnreadableError extends Error {
  readonly code = 'TRASH_ENTRY_UNREADABLE'
  readonly id: string

  constructor(id: string, reason: string) {
    super(`trash entry ${id} cannot be read: ${reason}`)
    this.name = 'TrashUnreadableError'
    this.id = id
  }
}

/** The files of the trash. Each write is whole and durable. */
export interface TrashStore {
  read(id: string): Promise<TrashFile | null>
  write(file: TrashFile): Promise<void>
  remove(id: string): Promise<void>
  /** Every entry, in no promised order. Rejects if one cannot be read. */
  all(): Promise<readonly TrashFile[]>
  /** Entries that can be read, and the ids of those that cannot. */
  readable(): Promise<{ readonly files: readonly TrashFile[]; readonly broken: readonly string[] }>
}

export function createTrashStore(storage: Storage): TrashStore {
  async function listed(): Promise<{ id: StoredId; kind: StoredEntry['kind'] }[]> {
    const found = []
    for (const { name, kind } of await storage.list(trashFolder)) {
      const parsed = parseStoredId(name.replace(/\.json$/, ''))
      if (kind !== 'folder' && name.endsWith('.json') && parsed.ok) {
        found.push({ id: parsed.value, kind })
      }
    }
    return found
  }

  async function read(id: StoredId): Promise<TrashFile | null> {
    const file = await storage.open(trashFile(id))
    if (file === null) return null
    const parsed = parseTrashFile(await file.bytes())
    if (!parsed.ok) throw new TrashUnreadableError(id, parsed.refusal.message)
    return parsed.value
  }

  async function readOrError({
    id,
    kind,
  }: Awaited<ReturnType<typeof listed>>[number]): Promise<TrashFile | TrashUnreadableError | null> {
    if (kind === 'other') return new TrashUnreadableError(id, 'it is a symbolic link, or no file')
    try {
      return await read(id)
    } catch (error) {
      if (error instanceof TrashUnreadableError) return error
      throw error
    }
  }

  async function readable() {
    const files: TrashFile[] = []
    const broken: TrashUnreadableError[] = []
    for await (const batch of inBatches(await listed(), readOrError)) {
      for (const item of batch) {
        if (item instanceof TrashUnreadableError) broken.push(item)
        else if (item) files.push(item)
      }
    }
    return { files, broken }
  }

  return {
    async read(id) {
      const parsed = parseStoredId(id)
      return parsed.ok ? await read(parsed.value) : null
    },

    async write(file) {
      const parsed = parseStoredId(file.id)
      if (!parsed.ok) throw new TypeError(parsed.refusal.message)
      await storage.write(trashFile(parsed.value), encodeTrashFile(file))
    },

    async remove(id) {
      const parsed = parseStoredId(id)
      if (parsed.ok) await storage.remove(trashFile(parsed.value))
    },

    async all() {
      const { files, broken } = await readable()
      const [first] = broken
      if (first) throw first
      return files
    },

    async readable() {
      const { files, broken } = await readable()
      return { files, broken: broken.map((error) => error.id) }
    },
  }
}
