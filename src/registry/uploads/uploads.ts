import type { Clock } from '#domain/time/clock.ts'
import type { BlobLeases } from '#coordination/blob-leases.ts'
import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result, type Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BeforeChange } from '../before-change.ts'
import type { BlobSightings } from '../blobs/blob-sightings.ts'
import { linkBlob } from '../blobs/blob-store.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile, blobFolder, uploadPrefix } from '../layout.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { UploadPrefix, UploadStore } from '#storage/upload-store.ts'
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
  readonly objects: Pick<ObjectStore, 'put'>
  readonly uploadStore: UploadStore
  readonly createDigester: CreateDigester
  readonly clock: Clock
  readonly createId: () => string
  readonly leases: Pick<BlobLeases, 'withLeases' | 'leaseForPush'>
  readonly sightings: BlobSightings
}

const unknown = (): Result<never, UploadRefusal> =>
  err({
    code: 'BLOB_UPLOAD_UNKNOWN',
    message: 'there is no such upload: it was finished, or given up for idle; push again',
  })

const busy = (status: UploadStatus | undefined): Result<never, UploadRefusal> =>
  err({
    code: 'RANGE_INVALID',
    message: 'another request is writing to this upload: wait for its end, or begin another',
    status,
  })

const wrongSize = (chunk: Chunk, came: string, status: UploadStatus): UploadRefusal => ({
  code: 'SIZE_INVALID',
  message: `${chunk.sizeBytes} bytes were announced, ${came}: go on from byte ${status.sizeBytes}, or begin again`,
  status,
})

export function createUploads(options: UploadsOptions): Uploads {
  const { objects, uploadStore, clock, leases, sightings } = options
  const hashes = createUploadHashes(uploadStore, options.createDigester)
  const writing = new Set<UploadPrefix>()

  async function statusOf(repository: RepositoryName, id: string): Promise<UploadStatus | null> {
    const parsed = parseStoredId(id)
    const stat = parsed.ok ? await uploadStore.stat(uploadPrefix(repository, parsed.value)) : null
    return stat && { id, sizeBytes: stat.sizeBytes }
  }

  /** Runs `act` on an upload that has no other writer. It may be absent. */
  async function whileWriting<T>(
    repository: RepositoryName,
    id: string,
    act: (upload: UploadPrefix) => Promise<Result<T, UploadRefusal>>,
  ): Promise<Result<T, UploadRefusal>> {
    const parsed = parseStoredId(id)
    if (!parsed.ok) return unknown()
    const upload = uploadPrefix(repository, parsed.value)
    if (writing.has(upload)) {
      return busy((await statusOf(repository, id)) ?? undefined)
    }
    writing.add(upload)
    try {
      return await act(upload)
    } finally {
      writing.delete(upload)
    }
  }

  /** Appends at the offset that the client stated, or else at the end. Returns the new size. */
  async function receive(
    upload: UploadPrefix,
    id: string,
    chunk: Chunk,
  ): Promise<Result<number, UploadRefusal>> {
    let offset = chunk.offset ?? hashes.hashedBytes(upload)
    let outcome = await hashes.append(upload, offset, chunk)
    if (outcome.kind === 'other size' && chunk.offset === undefined) {
      // Its bytes were not all hashed here, as after a restart.
      offset = outcome.sizeBytes
      outcome = await hashes.append(upload, offset, chunk)
    }
    switch (outcome.kind) {
      case 'absent':
        return unknown()
      case 'busy': {
        const stat = await uploadStore.stat(upload)
        return stat ? busy({ id, sizeBytes: stat.sizeBytes }) : unknown()
      }
      case 'other size':
        return err({
          code: 'RANGE_INVALID',
          message: `the next chunk must begin at byte ${outcome.sizeBytes}`,
          status: { id, sizeBytes: outcome.sizeBytes },
        })
      case 'exceeded': {
        const size = await sizeOf(upload, id)
        return size.ok
          ? err(wrongSize(chunk, 'and more came', { id, sizeBytes: size.value }))
          : size
      }
      case 'appended': {
        const { sizeBytes } = outcome
        const received = sizeBytes - offset
        return (chunk.sizeBytes ?? received) === received
          ? ok(sizeBytes)
          : err(wrongSize(chunk, `${received} came`, { id, sizeBytes }))
      }
    }
  }

  async function sizeOf(upload: UploadPrefix, id: string): Promise<Result<number, UploadRefusal>> {
    const stat = await uploadStore.stat(upload)
    if (stat === null) return unknown()
    return stat.isBusy ? busy({ id, sizeBytes: stat.sizeBytes }) : ok(stat.sizeBytes)
  }

  async function discard(upload: UploadPrefix): Promise<void> {
    hashes.forget(upload)
    await uploadStore.discard(upload)
  }

  return {
    async start(repository) {
      const id = parseStoredId(options.createId())
      if (!id.ok) throw new TypeError(`createId: ${id.refusal.message}`)
      await uploadStore.begin(uploadPrefix(repository, id.value), clock.nowMs())
      return { id: id.value, sizeBytes: 0 }
    },

    status: statusOf,

    append: (repository, id, chunk) =>
      whileWriting(repository, id, async (upload) => {
        const received = await receive(upload, id, chunk)
        return received.ok ? ok({ id, sizeBytes: received.value }) : received
      }),

    finish: (repository, id, digest, chunk, beforeChange) =>
      whileWriting(repository, id, async (upload) => {
        const received = chunk ? await receive(upload, id, chunk) : await sizeOf(upload, id)
        if (!received.ok) return received
        const sizeBytes = received.value
        const stored = await hashes.digest(upload, sizeBytes, 'sha256')
        const actual =
          digest === stored || digest.startsWith('sha256:')
            ? stored
            : await hashes.digest(upload, sizeBytes, 'sha512')
        if (stored === null || actual === null) return unknown()
        if (actual !== digest) {
          await discard(upload)
          return err({
            code: 'DIGEST_INVALID',
            message: `the bytes received have the digest ${actual}, not ${digest}: send them again, from the start`,
          })
        }
        await beforeChange?.()
        const outcome = await leases.withLeases(async (guard) => {
          await leases.leaseForPush(repository, [stored, digest])
          // A collection may be removing an earlier copy of its bytes.
          await guard.waitUntilDeleted(blobFolder(stored), stored)
          // One step from invisible to whole. Replacing the same bytes repairs a damaged blob.
          const { kind } = await uploadStore.commit(upload, blobFile(stored), { sizeBytes })
          if (kind === 'busy') return kind
          // A store may have lost bytes that it accepted: the rest must not replace a blob that is
          // whole.
          if (kind !== 'committed') throw new StoreError('FAILED', `${upload}data`)
          await linkBlob(objects, guard, repository, stored, digest)
          for (const name of new Set([stored, digest])) sightings.saw(name, repository)
          return kind
        })
        if (outcome === 'busy') return busy({ id, sizeBytes })
        await discard(upload)
        return ok({ digest, sizeBytes })
      }),

    async cancel(repository, id) {
      const cancelled = await whileWriting(repository, id, async (upload) => {
        const stat = await uploadStore.stat(upload)
        if (stat === null) return unknown()
        await discard(upload)
        return ok(stat)
      })
      return cancelled.ok
    },

    async takeAbandoned(repository, id, sinceMs) {
      const upload = uploadPrefix(repository, id)
      if (writing.has(upload)) return { kind: 'in use' }
      // From here on every other write to the upload is refused.
      writing.add(upload)
      try {
        const outcome = await uploadStore.abort(upload, { unlessModifiedSinceMs: sinceMs })
        if (outcome.kind === 'modified') return { kind: 'in use' }
        hashes.forget(upload)
        return outcome
      } finally {
        writing.delete(upload)
      }
    },
  }
}
