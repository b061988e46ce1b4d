import { inBatches } from '../in-batches.ts'
import { claimedTrashFile, trashCopy, trashFile, trashFolder } from '../layout.ts'
import { createRepositoryLocks } from '#coordination/repository-locks.ts'
import {
  bytesUnlessGone,
  type Storage,
  type StoredEntry,
  type StoredFile,
} from '#storage/storage.ts'
import { parseStoredId, type StoredId } from '../stored-id.ts'
import {
  encodeTrashFile,
  listedOf,
  parseTrashFile,
  type ListedTrashFile,
  type TrashFile,
} from './trash-file.ts'

/** A trash entry that cannot be read. What it holds is unknown, so nothing may be collected. */
class TrashUnreadableError extends Error {
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
  /** Removes copies of which a crash left no entry. Nobody else may write. */
  removeOrphans(): Promise<void>
  /** Every entry, in no promised order. Rejects if one cannot be read. */
  all(): Promise<readonly ListedTrashFile[]>
  /** Entries that can be read, and the ids of those that cannot. */
  readable(): Promise<{
    readonly files: readonly ListedTrashFile[]
    readonly broken: readonly string[]
  }>
}

/** Larger entries are read one at a time: an earlier version put all manifests into them. */
const largeBytes = 1024 * 1024

async function parse(id: StoredId, file: StoredFile): Promise<TrashFile | null> {
  const bytes = await bytesUnlessGone(file)
  if (bytes === null) return null
  const parsed = parseTrashFile(bytes)
  if (!parsed.ok) throw new TrashUnreadableError(id, parsed.refusal.message)
  return parsed.value
}

export function createTrashStore(storage: Storage): TrashStore {
  async function listed(): Promise<readonly { id: StoredId; kind: StoredEntry['kind'] }[]> {
    // By id: one that is just being claimed may be listed by both names.
    const found = new Map<StoredId, { id: StoredId; kind: StoredEntry['kind'] }>()
    for (const { name, kind } of await storage.list(trashFolder)) {
      const [, text, ending] = /^(.+)\.(json|claimed)$/.exec(name) ?? []
      const parsed = parseStoredId(text)
      if (ending !== undefined && parsed.ok) {
        found.set(parsed.value, { id: parsed.value, kind })
      }
    }
    return [...found.values()]
  }

  const inTurn = createRepositoryLocks()

  const parseInTurn = (id: StoredId, file: StoredFile): Promise<TrashFile | null> =>
    file.sizeBytes > largeBytes ? inTurn('large entries', () => parse(id, file)) : parse(id, file)

  async function read(id: StoredId): Promise<TrashFile | null> {
    const unclaimed = await storage.open(trashFile(id))
    const found = unclaimed && (await parseInTurn(id, unclaimed))
    if (found !== null) return found
    // It may be claimed by now.
    const file = await storage.open(claimedTrashFile(id))
    const claimed = file && (await parseInTurn(id, file))
    return claimed && { ...claimed, state: 'claimed' }
  }

  async function readOrError({
    id,
    kind,
  }: Awaited<ReturnType<typeof listed>>[number]): Promise<
    ListedTrashFile | TrashUnreadableError | null
  > {
    if (kind !== 'file') return new TrashUnreadableError(id, 'it is a symbolic link, or no file')
    try {
      const file = await read(id)
      return file && listedOf(file)
    } catch (error) {
      if (error instanceof TrashUnreadableError) return error
      throw error
    }
  }

  async function readable() {
    const files: ListedTrashFile[] = []
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
      await storage.remove(trashCopy(parsed.value), { lazily: true })
    },

    async removeOrphans() {
      const entries = await storage.list(trashFolder)
      const names = new Set(entries.map(({ name }) => name))
      for (const { name, kind } of entries) {
        const id = parseStoredId(name.replace(/\.manifests$/, ''))
        if (kind !== 'file' || !name.endsWith('.manifests') || !id.ok) continue
        if (names.has(`${id.value}.json`) || names.has(`${id.value}.claimed`)) continue
        await storage.remove(trashCopy(id.value))
      }
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
