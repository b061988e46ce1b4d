import { randomUUID } from 'node:crypto'
import { StoreError } from '#storage/errors.ts'
import { errorOfKey } from '#storage/object-store.ts'
import type { Bytes } from '#storage/bytes.ts'
import {
  assertUploadPrefix,
  isWrittenSince,
  startedAtBytes,
  startedAtOf,
  uploadRefusalOf,
} from '#storage/upload-files.ts'
import type { ListedUpload, UploadPrefix, UploadStore } from '#storage/upload-store.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type { Bucket } from './bucket.ts'
import { listPages, type FoundObject } from './list-pages.ts'
import { listedObject } from './listed-keys.ts'
import { headObject, openObject } from './reads.ts'
import { removeObjects } from './removals.ts'
import type { UnsettledRemovals } from './unsettled-removals.ts'
import { partsFolder, readSession, replaceSources, type UploadSession } from './upload-session.ts'
import { copyObjects, putBody, putBytes, type Source } from './writes.ts'

/** The least that a part of an object may have, but for the last. */
const leastPartBytes = 5 * 1024 * 1024
async function objectsBelow(bucket: Bucket, prefix: string): Promise<readonly FoundObject[]> {
  const found: FoundObject[] = []
  for await (const { objects } of listPages(bucket, { prefix })) found.push(...objects)
  return found
}

/** The bytes of objects, one after the other. */
function joined(bucket: Bucket, sources: readonly Source[]): ReadableStream<Bytes> {
  let at = 0
  let reader: ReadableStreamDefaultReader<Bytes> | null = null
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        for (;;) {
          if (reader === null) {
            const source = sources[at]
            if (source === undefined) return controller.close()
            const opened = await openObject(bucket, source.key)
            if (opened?.sizeBytes !== source.sizeBytes) throw new StoreError('FAILED', source.key)
            reader = opened.body.getReader()
            at += 1
          }
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          reader = null
        }
      },
      async cancel(reason) {
        await reader?.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Uploads in progress in a bucket. */
export function createS3UploadStore(bucket: Bucket, unsettled: UnsettledRemovals): UploadStore {
  async function open(upload: UploadPrefix): Promise<UploadSession | null> {
    assertUploadPrefix(upload)
    const session = await readSession(bucket, upload, await objectsBelow(bucket, upload))
    return session?.started ? session : null
  }

  async function removeAll(objects: readonly FoundObject[]): Promise<void> {
    const keys = objects.map(({ key }) => key)
    for (const [key, failure] of await removeObjects(bucket, unsettled, keys)) {
      throw errorOfKey(failure, key)
    }
  }

  /** The last source, read back, if it is too short to be followed by another. */
  async function shortEnd(sources: readonly Source[]): Promise<Bytes | null> {
    const last = sources.at(-1)
    if (last === undefined || last.sizeBytes >= leastPartBytes) return null
    return new Uint8Array(await new Response(joined(bucket, [last])).arrayBuffer())
  }

  async function* listUploads(uploads: UploadPrefix): AsyncGenerator<readonly ListedUpload[]> {
    let upload: UploadPrefix | null = null
    let below: FoundObject[] = []
    const take = async (): Promise<readonly ListedUpload[]> => {
      const session = upload && (await readSession(bucket, upload, below))
      return upload && session ? [{ kind: 'upload', prefix: upload, ...session.stat }] : []
    }
    for await (const { objects } of listPages(bucket, { prefix: uploads })) {
      const page: ListedUpload[] = []
      for (const object of objects) {
        const listed = listedObject(object)
        if (listed === null) continue
        if (listed.kind === 'blind spot') page.push(listed)
        const slash = object.key.indexOf('/', uploads.length)
        if (slash === -1) page.push({ kind: 'stray', key: object.key })
        if (listed.kind === 'blind spot' || slash === -1) continue
        const prefix: UploadPrefix = `${object.key.slice(0, slash)}/`
        if (prefix !== upload) {
          page.push(...(await take()))
          upload = prefix
          below = []
        }
        below.push(object)
      }
      yield page
    }
    yield await take()
  }

  return {
    async begin(upload, startedAtMs) {
      assertUploadPrefix(upload)
      await putBytes(bucket, startedAtOf(upload), startedAtBytes(startedAtMs))
    },

    stat: async (upload) => (await open(upload))?.stat ?? null,

    async read(upload) {
      const session = await open(upload)
      return session && joined(bucket, session.sources)
    },

    async append(upload, { offset, body, digestAfter }) {
      const session = await open(upload)
      const refusal = uploadRefusalOf(session?.stat ?? null, offset)
      if (refusal !== null || session === null) return refusal ?? { kind: 'absent' }
      const key = partsFolder(upload) + randomUUID()
      const begin = await shortEnd(session.sources)
      const written = await putBody(bucket, key, body, {
        ...(begin && { begin }),
        keepsBeginning: true,
      })
      const head = await headObject(bucket, key)
      if (head?.sizeBytes !== written.sizeBytes) throw new StoreError('FAILED', key)
      const kept = begin ? session.sources.slice(0, -1) : session.sources
      const { sizeBytes, etag } = head
      const digest = written.brokeOff ? null : (digestAfter?.() ?? null)
      const sources = [...kept, { key, sizeBytes, etag }]
      const isOurs = await replaceSources(bucket, upload, session, sources, digest)
      if (written.brokeOff) throw written.brokeOff.error
      if (!isOurs) return { kind: 'busy' }
      return { kind: 'appended', sizeBytes: offset + sizeBytes - (begin?.length ?? 0) }
    },

    async commit(upload, key, { sizeBytes }) {
      assertSafePath(key)
      const session = await open(upload)
      const refusal = uploadRefusalOf(session?.stat ?? null, sizeBytes)
      if (refusal !== null || session === null) return refusal ?? { kind: 'absent' }
      unsettled.assertSettled(key)
      const sources = session.sources.filter((source) => source.sizeBytes > 0)
      await copyObjects(bucket, sources, key)
      // Its bytes are the object's now; the rest goes when it is discarded.
      if (!(await replaceSources(bucket, upload, session, []))) return { kind: 'busy' }
      return { kind: 'committed' }
    },

    async discard(upload) {
      assertUploadPrefix(upload)
      await removeAll(await objectsBelow(bucket, upload))
    },

    async abort(upload, { unlessModifiedSinceMs = Infinity } = {}) {
      assertUploadPrefix(upload)
      const objects = await objectsBelow(bucket, upload)
      if (isWrittenSince(objects, unlessModifiedSinceMs)) return { kind: 'modified' }
      if (objects.length === 0) return { kind: 'absent' }
      await removeAll(objects)
      const isOfBytes = ({ key }: FoundObject) =>
        key.startsWith(partsFolder(upload)) || key === `${upload}data`
      const bytes = objects.filter(isOfBytes).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      return { kind: 'removed', bytes }
    },

    async *list(uploads) {
      assertUploadPrefix(uploads)
      for await (const page of listUploads(uploads)) if (page.length > 0) yield page
    },
  }
}
