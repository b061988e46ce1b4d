import { inBatches } from './in-batches.ts'
import { claimedTrashFile, trashFile, trashFolder } from './layout.ts'
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
  /**
   * Makes a held entry a claimed one. Under another name, for that needs no space on a disk that is
   * full; software that does not know the name takes the entry for gone, which it is about to be.
   */
  claim(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Every entry, in no promised order. Rejects if one cannot be read. */
  all(): Promise<readonly TrashFile[]>
  /** Entries that can be read, and the ids of those that cannot. */
  readable(): Promise<{ readonly files: readonly TrashFile[]; readonly broken: readonly string[] }>
}

export function createTrashStore(storage: Storage): TrashStore {
  async function listed(): Promise<readonly { id: StoredId; kind: StoredEntry['kind'] }[]> {
    // By id: one that is just being claimed may be listed by both names.
    const found = new Map<StoredId, { id: StoredId; kind: StoredEntry['kind'] }>()
    for (const { name, kind } of await storage.list(trashFolder)) {
      const [, text, ending] = /^(.+)\.(json|claimed)$/.exec(name) ?? []
      const parsed = parseStoredId(text)
      if (kind !== 'folder' && ending !== undefined && parsed.ok) {
        found.set(parsed.value, { id: parsed.value, kind })
      }
    }
    return [...found.values()]
  }

  async function read(id: StoredId): Promise<TrashFile | null> {
    const unclaimed = await storage.open(trashFile(id))
    const file = unclaimed ?? (await storage.open(claimedTrashFile(id)))
    if (file === null) return null
    const parsed = parseTrashFile(await file.bytes())
    if (!parsed.ok) throw new TrashUnreadableError(id, parsed.refusal.message)
    return unclaimed ? parsed.value : { ...parsed.value, state: 'claimed' }
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
      await storage.write(trashFile(parsed.value), encodeTrashFile(file), { fromReserve: true })
    },

    async claim(id) {
      const parsed = parseStoredId(id)
      if (parsed.ok) await storage.move(trashFile(parsed.value), claimedTrashFile(parsed.value))
    },

    async remove(id) {
      const parsed = parseStoredId(id)
      if (!parsed.ok) return
      await storage.remove(trashFile(parsed.value))
      await storage.remove(claimedTrashFile(parsed.value))
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
