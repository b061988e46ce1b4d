import type { Clock } from '#domain/time/clock.ts'
import type { BlobLeases } from '#coordination/blob-leases.ts'
import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BeforeChange } from '../before-change.ts'
import type { BlobSightings } from '../blobs/recent-blob-checks.ts'
import { linkBlob } from '../blobs/blob-store.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile, blobFolder, uploadData, uploadFolder, uploadStartedAt } from '../layout.ts'
import type { Removals } from '../removal/removals.ts'
import { StorageError, type Bytes, type Storage } from '#storage/storage.ts'
import { parseStoredId, type StoredId } from '../stored-id.ts'
import { createUploadHashes } from './upload-hashes.ts'

export interface UploadStatus {
  readonly id: string
  /** Bytes received: where the next chunk must begin. */
  readonly sizeBytes: number
}

export interface UploadRefusal extends Refusal {
  readonly code:
    /** No such upload in this repository (or the id is invalid). */
    | 'BLOB_UPLOAD_UNKNOWN'
    /** The chunk does not begin where the last one ended, or another request is writing. */
    | 'RANGE_INVALID'
    /** The bytes do not match the digest. The upload is removed, and nothing became visible. */
    | 'DIGEST_INVALID'
    /** More or fewer bytes than were announced. */
    | 'SIZE_INVALID'
  /** The state of the upload, if it continues. */
  readonly status?: UploadStatus
}

export interface Chunk {
  readonly body: Bytes | ReadableStream<Bytes>
  /** The position of the first byte in the blob, where the client stated it (`Content-Range`). */
  readonly offset?: number
  /** How many bytes the client announced (`Content-Length`). Absent: any number is accepted. */
  readonly sizeBytes?: number
}

/**
 * Blobs in progress. Bytes are hashed as they pass; a blob becomes visible in one step, when it is
 * whole. A stream that breaks off rejects with its error and keeps the bytes received so far, so
 * that the client can ask for the status and continue.
 */
export interface Uploads {
  start(repository: RepositoryName): Promise<UploadStatus>
  status(repository: RepositoryName, id: string): Promise<UploadStatus | null>
  append(
    repository: RepositoryName,
    id: string,
    chunk: Chunk,
  ): Promise<Result<UploadStatus, UploadRefusal>>
  /** Takes the last chunk, if there is one, checks the digest and links the blob. */
  finish(
    repository: RepositoryName,
    id: string,
    digest: Digest,
    chunk?: Chunk,
    beforeChange?: BeforeChange,
  ): Promise<Result<{ readonly digest: Digest; readonly sizeBytes: number }, UploadRefusal>>
  /** False when there is no such upload. */
  cancel(repository: RepositoryName, id: string): Promise<boolean>
  /** For a collection: removes an upload that has no writer, now or since `sinceMs`. */
  takeAbandoned(repository: RepositoryName, id: StoredId, sinceMs: number): Promise<RemovalOutcome>
}

export interface UploadsOptions {
  readonly storage: Storage
  readonly createDigester: CreateDigester
  readonly clock: Clock
  readonly createId: () => string
  readonly removals: Removals
  readonly leases: Pick<BlobLeases, 'leaseForPush'>
  readonly sightings: BlobSightings
}

const keyOf = (repository: RepositoryName, id: string): string => `${repository}:${id}`

export function createUploads(options: UploadsOptions): Uploads {
  const { storage, clock, removals, leases, sightings } = options
  const hashes = createUploadHashes(storage, options.createDigester)
  const writing = new Set<string>()

  async function statusOf(repository: RepositoryName, id: string): Promise<UploadStatus | null> {
    const parsed = parseStoredId(id)
    if (!parsed.ok) return null
    const [started, data] = await Promise.all([
      storage.open(uploadStartedAt(repository, parsed.value)),
      storage.open(uploadData(repository, parsed.value)),
    ])
    return started && { id, sizeBytes: data?.sizeBytes ?? 0 }
  }

  /** Runs `act` on an upload that has no other writer. */
  async function whileWriting<T>(
    repository: RepositoryName,
    id: string,
    act: (upload: StoredId, status: UploadStatus) => Promise<Result<T, UploadRefusal>>,
  ): Promise<Result<T, UploadRefusal>> {
    const parsed = parseStoredId(id)
    const key = keyOf(repository, id)
    if (writing.has(key)) {
      const status = (await statusOf(repository, id)) ?? undefined
      return err({
        code: 'RANGE_INVALID',
        message: 'another request is writing to this upload: wait for its end, or begin another',
        status,
      })
    }
    writing.add(key)
    try {
      const status = await statusOf(repository, id)
      if (status === null || !parsed.ok) {
        return err({
          code: 'BLOB_UPLOAD_UNKNOWN',
          message: 'there is no such upload: it was finished, or given up for idle; push again',
        })
      }
      return await act(parsed.value, status)
    } finally {
      writing.delete(key)
    }
  }

  async function receive(
    repository: RepositoryName,
    id: StoredId,
    status: UploadStatus,
    chunk: Chunk,
  ): Promise<Result<UploadStatus, UploadRefusal>> {
    if (chunk.offset !== undefined && chunk.offset !== status.sizeBytes) {
      return err({
        code: 'RANGE_INVALID',
        message: `the next chunk must begin at byte ${status.sizeBytes}`,
        status,
      })
    }
    const path = uploadData(repository, id)
    const received = await hashes.append(path, status.sizeBytes, chunk)
    const after = { ...status, sizeBytes: status.sizeBytes + received.sizeBytes }
    if (received.exceeded || (chunk.sizeBytes ?? received.sizeBytes) !== received.sizeBytes) {
      return err({
        code: 'SIZE_INVALID',
        message: `${chunk.sizeBytes} bytes were announced, ${
          received.exceeded ? 'and more came' : `${received.sizeBytes} came`
        }: go on from byte ${after.sizeBytes}, or begin again`,
        status: after,
      })
    }
    return ok(after)
  }

  async function discard(repository: RepositoryName, id: StoredId): Promise<void> {
    hashes.forget(uploadData(repository, id))
    await storage.remove(uploadFolder(repository, id), { lazily: true })
  }

  return {
    async start(repository) {
      const id = parseStoredId(options.createId())
      if (!id.ok) throw new TypeError(`createId: ${id.refusal.message}`)
      // In whole seconds, as Distribution writes them.
      const text = new Date(clock.nowMs()).toISOString().replace(/\.\d+Z$/, 'Z')
      // Lazy: a client begins an upload again after a loss of power, because no blob was promised
      // yet.
      await storage.write(uploadStartedAt(repository, id.value), new TextEncoder().encode(text), {
        lazily: true,
      })
      return { id: id.value, sizeBytes: 0 }
    },

    status: statusOf,

    append: (repository, id, chunk) =>
      whileWriting(repository, id, (upload, status) => receive(repository, upload, status, chunk)),

    finish: (repository, id, digest, chunk, beforeChange) =>
      whileWriting(repository, id, async (upload, status) => {
        const received = chunk ? await receive(repository, upload, status, chunk) : ok(status)
        if (!received.ok) return received
        const { sizeBytes } = received.value
        const path = uploadData(repository, upload)
        if (sizeBytes === 0) await storage.write(path, new Uint8Array())
        const stored = await hashes.digest(path, sizeBytes, 'sha256')
        const actual =
          digest === stored || digest.startsWith('sha256:')
            ? stored
            : await hashes.digest(path, sizeBytes, 'sha512')
        if (actual !== digest) {
          await discard(repository, upload)
          return err({
            code: 'DIGEST_INVALID',
            message: `the bytes received have the digest ${actual}, not ${digest}: send them again, from the start`,
          })
        }
        // A storage may have lost bytes that it accepted: the rest must not replace a blob that is
        // whole.
        const file = await storage.open(path)
        if (file?.sizeBytes !== sizeBytes) throw new StorageError('FAILED', path)
        await beforeChange?.()
        await removals.withGuard(async (guard) => {
          for (const name of new Set([stored, digest])) leases.leaseForPush(repository, name)
          // A collection may be removing an earlier copy of its bytes.
          await guard.waitUntilDeleted(blobFolder(stored), stored)
          // One step from invisible to whole. Replacing the same bytes repairs a damaged blob.
          await storage.move(path, blobFile(stored))
          await linkBlob(storage, guard, repository, stored, digest)
          for (const name of new Set([stored, digest])) sightings.saw(name, repository)
        })
        await discard(repository, upload)
        return ok({ digest, sizeBytes })
      }),

    async cancel(repository, id) {
      const cancelled = await whileWriting(repository, id, async (upload) => {
        await discard(repository, upload)
        return ok(null)
      })
      return cancelled.ok
    },

    async takeAbandoned(repository, id, sinceMs) {
      const key = keyOf(repository, id)
      if (writing.has(key)) return { kind: 'in use' }
      // From here on every other write to the upload is refused.
      writing.add(key)
      try {
        const started = await storage.open(uploadStartedAt(repository, id))
        const data = await storage.open(uploadData(repository, id))
        const files = [started, data].filter((file) => file !== null)
        if (files.some((file) => file.modifiedAtMs >= sinceMs)) return { kind: 'in use' }
        hashes.forget(uploadData(repository, id))
        await storage.remove(uploadFolder(repository, id), { lazily: true })
        if (files.length === 0) return { kind: 'absent' }
        return { kind: 'removed', bytes: data?.freesBytes ?? data?.sizeBytes ?? 0 }
      } finally {
        writing.delete(key)
      }
    },
  }
}
