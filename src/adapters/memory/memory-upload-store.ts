import { StoreError } from '#storage/errors.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type {
  ListedUpload,
  UploadPrefix,
  UploadRefused,
  UploadStat,
  UploadStore,
} from '#storage/upload-store.ts'
import type { MemoryFile } from './memory-file.ts'
import type { MemoryStorage } from './memory-storage.ts'

/** Distribution's file names: `startedat` has a moment in RFC 3339, `data` the bytes so far. */
const startedAtOf = (upload: UploadPrefix): string => `${upload}startedat`
const dataOf = (upload: UploadPrefix): string => `${upload}data`

function assertPrefix(upload: UploadPrefix): void {
  if (!upload.endsWith('/')) throw new StoreError('INVALID_PATH', upload)
  assertSafePath(upload.slice(0, -1))
}

const noBytes = (): ReadableStream<never> =>
  new ReadableStream({ start: (controller) => controller.close() })

/**
 * Uploads in memory, beside the objects: a snapshot of these files has both.
 *
 * @param files those of the object store
 */
export function createMemoryUploadStore(files: MemoryStorage): UploadStore {
  const { open } = files.reads

  /** Its two files; null where it never began, or has ended. */
  function filesOf(upload: UploadPrefix): { started: MemoryFile; data: MemoryFile | null } | null {
    assertPrefix(upload)
    const started = open(startedAtOf(upload))
    return started && { started, data: open(dataOf(upload)) }
  }

  function statOf(upload: UploadPrefix): UploadStat | null {
    const found = filesOf(upload)
    return (
      found && {
        sizeBytes: found.data?.sizeBytes ?? 0,
        lastWrittenAtMs: Math.max(found.started.modifiedAtMs, found.data?.modifiedAtMs ?? 0),
      }
    )
  }

  /** Null if the upload has the expected size. */
  function refusalOf(upload: UploadPrefix, sizeBytes: number): UploadRefused | null {
    const stat = statOf(upload)
    if (stat === null) return { kind: 'absent' }
    return stat.sizeBytes === sizeBytes ? null : { kind: 'other size', sizeBytes: stat.sizeBytes }
  }

  const discard = (upload: UploadPrefix): Promise<void> => files.remove(upload.slice(0, -1))

  return {
    async begin(upload, startedAtMs) {
      assertPrefix(upload)
      // In whole seconds, as Distribution writes them.
      const text = new Date(startedAtMs).toISOString().replace(/\.\d+Z$/, 'Z')
      await files.write(startedAtOf(upload), new TextEncoder().encode(text))
    },

    stat: async (upload) => statOf(upload),

    async read(upload) {
      const found = filesOf(upload)
      return found && (found.data?.stream() ?? noBytes())
    },

    async append(upload, { offset, body }) {
      const refusal = refusalOf(upload, offset)
      if (refusal !== null) return refusal
      const added = await files.write(dataOf(upload), body, { append: true })
      return { kind: 'appended', sizeBytes: offset + added }
    },

    async commit(upload, key, { sizeBytes }) {
      const refusal = refusalOf(upload, sizeBytes)
      if (refusal !== null) return refusal
      if (open(dataOf(upload)) === null) await files.write(key, new Uint8Array())
      else await files.move(dataOf(upload), key)
      return { kind: 'committed' }
    },

    async discard(upload) {
      assertPrefix(upload)
      await discard(upload)
    },

    async abort(upload, { unlessModifiedSinceMs = Infinity } = {}) {
      assertPrefix(upload)
      const data = open(dataOf(upload))
      const present = [open(startedAtOf(upload)), data].filter((file) => file !== null)
      if (present.some((file) => file.modifiedAtMs >= unlessModifiedSinceMs)) {
        return { kind: 'modified' }
      }
      await discard(upload)
      if (present.length === 0) return { kind: 'absent' }
      return { kind: 'removed', bytes: data?.sizeBytes ?? 0 }
    },

    async *list(uploads) {
      assertPrefix(uploads)
      yield files.reads.list(uploads.slice(0, -1)).flatMap(({ name, kind }): ListedUpload[] => {
        if (kind === 'file') return [{ kind: 'stray', key: uploads + name }]
        const prefix: UploadPrefix = `${uploads}${name}/`
        const started = open(startedAtOf(prefix))
        const data = open(dataOf(prefix))
        if (started === null && data === null) return []
        const times = [started, data].map((file) => file?.modifiedAtMs ?? 0)
        const lastWrittenAtMs = Math.max(...times)
        return [{ kind: 'upload', prefix, sizeBytes: data?.sizeBytes ?? 0, lastWrittenAtMs }]
      })
    },
  }
}
