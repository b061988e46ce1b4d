import { inSlices } from '#domain/values/in-slices.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { claimedTrashFile, trashCopy, trashFile, trashFolder } from '../layout.ts'
import type { GetOutcome, Listed, ObjectStore } from '#storage/object-store.ts'
import { expectRemoved, missingOutcome, readOrNull } from '#storage/single-object.ts'
import type { Bytes } from '#storage/bytes.ts'
import { namesBelow } from '../names-below.ts'
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
   * Changes a held entry into a claimed one by a rename, because a rename needs no space on a full
   * disk. Software that does not know the new name takes the entry for gone, which it soon is.
   */
  claim(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Removes copies that a crash left without an entry. No other process may write at that time. */
  removeOrphans(): Promise<void>
  /** Every entry, in no promised order. Rejects if one cannot be read. */
  all(): Promise<readonly ListedTrashFile[]>
  /**
   * Entries that can be read, and the ids of those that cannot.
   * @param known an entry that the caller has just read, in its lock: it is not read again
   */
  readable(known?: TrashFile): Promise<{
    readonly files: readonly ListedTrashFile[]
    readonly broken: readonly string[]
  }>
}

/** Larger entries are read one at a time: an earlier version put all manifests into them. */
const largeBytes = 1024 * 1024
/** Enough to hide latency, too few to take much memory. */
const entriesAtOnce = 64

const trashPrefix = `${trashFolder}/` as const

interface ListedId {
  readonly id: StoredId
  readonly kind: Listed['kind']
}

function parse(id: StoredId, bytes: Bytes): TrashFile {
  const parsed = parseTrashFile(bytes)
  if (!parsed.ok) throw new TrashUnreadableError(id, parsed.refusal.message)
  return parsed.value
}

export function createTrashStore(objects: ObjectStore): TrashStore {
  async function listed(): Promise<readonly ListedId[]> {
    // By id: an entry that is being claimed may be listed under both names.
    const found = new Map<StoredId, ListedId>()
    // If something else is in the place of the trash itself, the inventory finds that and stops.
    for (const [name, kind] of await namesBelow(objects, trashPrefix)) {
      const [, text, ending] = /^(.+)\.(json|claimed)$/.exec(name) ?? []
      const parsed = parseStoredId(text)
      if (ending !== undefined && parsed.ok) found.set(parsed.value, { id: parsed.value, kind })
    }
    return [...found.values()]
  }

  /** Reads one large entry after the other. */
  const inTurn = createSerialQueue()

  async function parsedOf(
    id: StoredId,
    key: string,
    outcome: GetOutcome | undefined,
  ): Promise<TrashFile | null> {
    // Throws where the entry may not be read: it must not count as gone.
    const found = readOrNull(outcome ?? missingOutcome(key), key)
    if (found === null) return null
    if (found.kind === 'found') return parse(id, found.bytes)
    return await inTurn(async () => {
      const [whole] = await objects.getMany([key], { maximumBytes: Infinity })
      return await parsedOf(id, key, whole)
    })
  }

  async function readUnder(
    keyOf: (id: StoredId) => string,
    ids: readonly StoredId[],
  ): Promise<readonly (TrashFile | TrashUnreadableError | null)[]> {
    if (ids.length === 0) return []
    const outcomes = await objects.getMany(ids.map(keyOf), { maximumBytes: largeBytes })
    return await Promise.all(
      ids.map(async (id, position) => {
        try {
          return await parsedOf(id, keyOf(id), outcomes[position])
        } catch (error) {
          if (error instanceof TrashUnreadableError) return error
          throw error
        }
      }),
    )
  }

  /** Returns as many results as ids, in their order; null for an entry that is gone. */
  async function readMany(
    ids: readonly StoredId[],
  ): Promise<readonly (TrashFile | TrashUnreadableError | null)[]> {
    const files = [...(await readUnder(trashFile, ids))]
    // The absent ones may have been claimed. The claimed names are read only afterwards: otherwise
    // an entry that is claimed in between could be missed under both names.
    const left = files.flatMap((file, position) => (file === null ? [position] : []))
    const claimed = await readUnder(
      claimedTrashFile,
      left.flatMap((position) => ids[position] ?? []),
    )
    for (const [at, position] of left.entries()) {
      const file = claimed[at] ?? null
      files[position] =
        file === null || file instanceof TrashUnreadableError ? file : { ...file, state: 'claimed' }
    }
    return files
  }

  async function read(id: StoredId): Promise<TrashFile | null> {
    const [file = null] = await readMany([id])
    if (file instanceof TrashUnreadableError) throw file
    return file
  }

  async function readable(known?: TrashFile) {
    const files: ListedTrashFile[] = []
    const broken: TrashUnreadableError[] = []
    const ids: StoredId[] = []
    for (const { id, kind } of await listed()) {
      if (kind === 'key' && id === known?.id) files.push(listedOf(known))
      else if (kind === 'key') ids.push(id)
      else broken.push(new TrashUnreadableError(id, 'it is a symbolic link, or no file'))
    }
    for (const slice of inSlices(ids, entriesAtOnce)) {
      for (const file of await readMany(slice)) {
        if (file instanceof TrashUnreadableError) broken.push(file)
        else if (file) files.push(listedOf(file))
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
      await objects.put(trashFile(parsed.value), encodeTrashFile(file), { fromReserve: true })
    },

    async claim(id) {
      const parsed = parseStoredId(id)
      if (parsed.ok) await objects.move(trashFile(parsed.value), claimedTrashFile(parsed.value))
    },

    async remove(id) {
      const parsed = parseStoredId(id)
      if (!parsed.ok) return
      const names = [trashFile(parsed.value), claimedTrashFile(parsed.value)]
      expectRemoved(await objects.deleteMany(names), names)
      // Without its entry a copy serves no purpose, so its removal need not be durable.
      const copies = [trashCopy(parsed.value)]
      expectRemoved(await objects.deleteMany(copies, { durability: 'lazy' }), copies)
    },

    async removeOrphans() {
      // Listed stably: if a list left out an entry, its copy would count as an orphan.
      const names = await namesBelow(objects, trashPrefix, { stable: true })
      const orphans = Array.from(names).flatMap(([name, kind]) => {
        const id = parseStoredId(name.replace(/\.manifests$/, ''))
        if (kind !== 'key' || !name.endsWith('.manifests') || !id.ok) return []
        if (names.has(`${id.value}.json`) || names.has(`${id.value}.claimed`)) return []
        return [trashCopy(id.value)]
      })
      expectRemoved(await objects.deleteMany(orphans), orphans)
    },

    async all() {
      const { files, broken } = await readable()
      const [first] = broken
      if (first) throw first
      return files
    },

    async readable(known) {
      const { files, broken } = await readable(known)
      return { files, broken: broken.map((error) => error.id) }
    },
  }
}
