import { isDigest, type Digest } from '#domain/values/digest.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import {
  assertUploadPrefix,
  dataOf,
  startedAtOf,
  uploadRefusalOf,
  uploadStatOf,
} from '#storage/upload-files.ts'
import type { UploadPrefix, UploadRefused, UploadStat, UploadStore } from '#storage/upload-store.ts'
import type { ClaimableFiles } from './claimable-files.ts'
import type { FileTree, StoredEntry, StoredFile } from './file-tree.ts'
import { uploadsOverFiles } from './uploads-over-files.ts'

/*
 * The bytes of an upload that several servers may write to are one file, whose name says who may:
 *
 *   data                  anyone; the digest of its bytes is not known
 *   data.sha256-<hex>     anyone; this is the digest of its bytes
 *   data.by-<id>          the one call, of one server, that renamed it so
 *
 * A call takes the file by a rename, which one of two succeeds in, and gives it back by another. So
 * two never write to one file, and a digest in a name is that of the bytes below it: it is part of
 * the rename that gives back what was hashed. Where a file was taken and not written to for long,
 * its bytes are copied, and the old file is unlinked. A server that was only paused then goes on with
 * a file without a name: it can neither give it back nor make an object of it.
 *
 * The bytes of an upload only ever grow: what a size says of their beginning is true for ever.
 */

/** Longer than a body is expected to pause, which then has to be sent again. */
const givenUpAfterMs = 60_000

export interface SharedUploadsOptions {
  readonly storage: FileTree
  readonly objects: Pick<ObjectStore, 'list' | 'headMany'>
  readonly claimable: ClaimableFiles
  readonly createId: () => string
  readonly nowMs: () => number
}

/** The one file that counts, and whether a call has it. */
interface FoundData {
  readonly path: string
  readonly file: StoredFile
  readonly isTaken: boolean
}

/** A file that this call alone may write to. */
interface TakenData extends FoundData {
  /** What its name says of its bytes. */
  readonly digest: Digest | null
}

const suffixOf = (upload: UploadPrefix, path: string): string => path.slice(dataOf(upload).length)

function digestIn(suffix: string): Digest | null {
  const digest = suffix.slice(1).replace('sha256-', 'sha256:')
  return suffix.startsWith('.sha256-') && isDigest(digest) ? digest : null
}

const freePath = (upload: UploadPrefix, digest: Digest | null): string =>
  digest === null ? dataOf(upload) : `${dataOf(upload)}.${digest.replace(':', '-')}`

/** Uploads over a file system that several servers share. */
export function sharedUploadsOverFiles(options: SharedUploadsOptions): UploadStore {
  const { storage, objects, claimable, createId, nowMs } = options
  const common = uploadsOverFiles(storage, objects, async (upload) => {
    const { started, data } = await filesOf(upload)
    return { started, data: data?.file ?? null }
  })
  /** A call that goes on writes now and then. */
  const isGivenUp = ({ file }: FoundData) => nowMs() - file.modifiedAtMs >= givenUpAfterMs

  const takenPath = (upload: UploadPrefix) => `${dataOf(upload)}.by-${createId()}`

  async function dataIn(upload: UploadPrefix): Promise<readonly StoredEntry[]> {
    const entries = await storage.list(upload.slice(0, -1))
    return entries.filter(({ name }) => /^data(?:$|\.)/.test(name))
  }

  /** Null where there are no bytes: the upload ends, or is being taken. */
  async function findData(upload: UploadPrefix): Promise<FoundData | null> {
    const found: FoundData[] = []
    for (const { name, kind } of await dataIn(upload)) {
      if (kind !== 'file') continue
      const path = upload + name
      const file = await storage.open(path)
      if (file !== null) found.push({ path, file, isTaken: name.startsWith('data.by-') })
    }
    const [first = null] = found.toSorted(
      (one, other) =>
        Number(one.isTaken) - Number(other.isTaken) || other.file.sizeBytes - one.file.sizeBytes,
    )
    return first
  }

  async function filesOf(upload: UploadPrefix) {
    assertUploadPrefix(upload)
    const started = await storage.open(startedAtOf(upload))
    // What is given back meanwhile has another name.
    const data = (await findData(upload)) ?? (await findData(upload))
    return { started, data }
  }

  function statOf(
    upload: UploadPrefix,
    { started, data }: Awaited<ReturnType<typeof filesOf>>,
  ): UploadStat {
    const digest = data && digestIn(suffixOf(upload, data.path))
    return {
      ...uploadStatOf(started, data?.file ?? null),
      ...(digest && { digest }),
      ...(data?.isTaken && !isGivenUp(data) && { isBusy: true }),
    }
  }

  /** Copies what a call took that seems to have died, and takes its name from it. */
  async function takeOver(upload: UploadPrefix, data: FoundData): Promise<string | null> {
    if (!isGivenUp(data)) return null
    const copy = takenPath(upload)
    await storage.write(copy, data.file.stream(), { lazily: true })
    if (await claimable.unlink(data.path)) return copy
    await claimable.unlink(copy)
    return null
  }

  async function take(upload: UploadPrefix): Promise<TakenData | UploadRefused> {
    const { started, data } = await filesOf(upload)
    if (started === null) return { kind: 'absent' }
    // Just given back, or made an object.
    if (data === null) return { kind: 'absent' }
    let path: string | null = takenPath(upload)
    if (data.isTaken) path = await takeOver(upload, data)
    else if (!(await claimable.rename(data.path, path))) path = null
    const file = path === null ? null : await storage.open(path)
    if (path === null || file === null) return { kind: 'busy' }
    return { path, file, isTaken: true, digest: digestIn(suffixOf(upload, data.path)) }
  }

  const giveBack = (upload: UploadPrefix, path: string, digest: Digest | null): Promise<boolean> =>
    claimable.rename(path, freePath(upload, digest))

  /** Takes an upload of that size. What it refuses, it has not taken, or has given back. */
  async function takeAt(
    upload: UploadPrefix,
    sizeBytes: number,
  ): Promise<TakenData | UploadRefused> {
    const files = await filesOf(upload)
    const stat = files.started && statOf(upload, files)
    const refusal = uploadRefusalOf(stat, sizeBytes)
    // Most are of another size, without being disturbed.
    if (refusal !== null) return stat?.isBusy ? { kind: 'busy' } : refusal
    const taken = await take(upload)
    if ('kind' in taken) return taken
    if (taken.file.sizeBytes === sizeBytes) return taken
    await giveBack(upload, taken.path, taken.digest)
    return { kind: 'other size', sizeBytes: taken.file.sizeBytes }
  }

  return {
    ...common,

    async begin(upload, startedAtMs) {
      if ((await filesOf(upload)).started !== null) return
      // First: an upload that has begun has a file to take.
      if ((await dataIn(upload)).length === 0) {
        await storage.write(dataOf(upload), new Uint8Array(), { lazily: true })
      }
      await common.begin(upload, startedAtMs)
    },

    async stat(upload) {
      const files = await filesOf(upload)
      return files.started && statOf(upload, files)
    },

    async append(upload, { offset, body, digestAfter }) {
      const taken = await takeAt(upload, offset)
      if ('kind' in taken) return taken
      let added: number | null = null
      try {
        added = await claimable.append(taken.path, body)
      } catch (error) {
        await giveBack(upload, taken.path, null).catch(() => false)
        throw error
      }
      if (added === null) return { kind: 'busy' }
      const isOurs = await giveBack(upload, taken.path, digestAfter?.() ?? null)
      return isOurs ? { kind: 'appended', sizeBytes: offset + added } : { kind: 'busy' }
    },

    async commit(upload, key, { sizeBytes }) {
      const taken = await takeAt(upload, sizeBytes)
      if ('kind' in taken) return taken
      try {
        await storage.move(taken.path, key)
        return { kind: 'committed' }
      } catch (error) {
        const isOurs = await giveBack(upload, taken.path, taken.digest).catch(() => false)
        const isGone = error instanceof StoreError && error.code === 'NOT_FOUND'
        if (isGone && !isOurs) return { kind: 'busy' }
        throw error
      }
    },
  }
}
