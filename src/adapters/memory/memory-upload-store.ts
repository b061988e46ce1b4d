import {
  assertUploadPrefix,
  dataOf,
  isWrittenSince,
  startedAtBytes,
  startedAtOf,
  uploadRefusalOf,
  uploadStatOf,
} from '#storage/upload-files.ts'
import type { ListedUpload, UploadPrefix, UploadStat, UploadStore } from '#storage/upload-store.ts'
import type { MemoryFile } from './memory-file.ts'
import type { MemoryFileTree } from './memory-file-tree.ts'

const noBytes = (): ReadableStream<never> =>
  new ReadableStream({ start: (controller) => controller.close() })

/**
 * Uploads in memory, beside the objects: a snapshot of these files has both.
 *
 * @param files those of the object store
 */
export function createMemoryUploadStore(files: MemoryFileTree): UploadStore {
  const { open } = files.reads

  const filesOf = (upload: UploadPrefix): readonly [MemoryFile | null, MemoryFile | null] => {
    assertUploadPrefix(upload)
    return [open(startedAtOf(upload)), open(dataOf(upload))]
  }

  /** Null where it never began, or has ended. */
  function statOf(upload: UploadPrefix): UploadStat | null {
    const [started, data] = filesOf(upload)
    return started && uploadStatOf(started, data)
  }

  const discard = (upload: UploadPrefix): Promise<void> => files.remove(upload.slice(0, -1))

  return {
    async begin(upload, startedAtMs) {
      assertUploadPrefix(upload)
      await files.write(startedAtOf(upload), startedAtBytes(startedAtMs))
    },

    stat: async (upload) => statOf(upload),

    async read(upload) {
      const [started, data] = filesOf(upload)
      return started && (data?.stream() ?? noBytes())
    },

    async append(upload, { offset, body }) {
      const refusal = uploadRefusalOf(statOf(upload), offset)
      if (refusal !== null) return refusal
      const added = await files.write(dataOf(upload), body, { append: true })
      return { kind: 'appended', sizeBytes: offset + added }
    },

    async commit(upload, key, { sizeBytes }) {
      const refusal = uploadRefusalOf(statOf(upload), sizeBytes)
      if (refusal !== null) return refusal
      if (open(dataOf(upload)) === null) await files.write(key, new Uint8Array())
      else await files.move(dataOf(upload), key)
      return { kind: 'committed' }
    },

    async discard(upload) {
      assertUploadPrefix(upload)
      await discard(upload)
    },

    async abort(upload, { unlessModifiedSinceMs = Infinity } = {}) {
      const [started, data] = filesOf(upload)
      if (isWrittenSince([started, data], unlessModifiedSinceMs)) return { kind: 'modified' }
      await discard(upload)
      if (started === null && data === null) return { kind: 'absent' }
      return { kind: 'removed', bytes: data?.sizeBytes ?? 0 }
    },

    async *list(uploads) {
      assertUploadPrefix(uploads)
      yield files.reads.list(uploads.slice(0, -1)).flatMap(({ name, kind }): ListedUpload[] => {
        if (kind === 'file') return [{ kind: 'stray', key: uploads + name }]
        const prefix: UploadPrefix = `${uploads}${name}/`
        const [started, data] = filesOf(prefix)
        if (started === null && data === null) return []
        return [{ kind: 'upload', prefix, ...uploadStatOf(started, data) }]
      })
    },
  }
}
