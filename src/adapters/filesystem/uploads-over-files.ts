import type { Listed, ObjectStore } from '#storage/object-store.ts'
import type { FileTree, StoredFile } from './file-tree.ts'
import {
  assertUploadPrefix,
  dataOf,
  isWrittenSince,
  startedAtBytes,
  startedAtOf,
  uploadRefusalOf,
  uploadStatOf,
} from '#storage/upload-files.ts'
import type {
  ListedUpload,
  UploadPrefix,
  UploadRefused,
  UploadStore,
} from '#storage/upload-store.ts'

/** How many uploads are looked at at once. */
const uploadsAtOnce = 64

/** The files of an upload; those that are absent are null. */
export interface UploadFiles {
  readonly started: StoredFile | null
  readonly data: StoredFile | null
}

async function filesIn(storage: FileTree, upload: UploadPrefix): Promise<UploadFiles> {
  assertUploadPrefix(upload)
  const [started, data] = await Promise.all([
    storage.open(startedAtOf(upload)),
    storage.open(dataOf(upload)),
  ])
  return { started, data }
}

/**
 * Uploads over a storage of files and folders, laid out as Distribution does.
 *
 * @param objects over the same storage: it knows the obstacles of a listing
 * @param filesOf finds the files of an upload; default: by their names
 */
export function uploadsOverFiles(
  storage: FileTree,
  objects: Pick<ObjectStore, 'list' | 'headMany'>,
  filesOf: (upload: UploadPrefix) => Promise<UploadFiles> = (upload) => filesIn(storage, upload),
): UploadStore {
  /** The status of an upload if it has the expected size; else why not. */
  async function expectSize(
    upload: UploadPrefix,
    sizeBytes: number,
  ): Promise<UploadFiles | UploadRefused> {
    const files = await filesOf(upload)
    const { started, data } = files
    return uploadRefusalOf(started && uploadStatOf(started, data), sizeBytes) ?? files
  }

  const discard = (upload: UploadPrefix): Promise<void> =>
    storage.remove(upload.slice(0, -1), { lazily: true })

  /** The obstacles that hide its files. An upload that is just beginning or ending has none. */
  async function obstaclesIn(upload: UploadPrefix): Promise<ListedUpload[]> {
    const keys = [startedAtOf(upload), dataOf(upload)]
    const heads = await objects.headMany(keys)
    return heads.flatMap((head, position): ListedUpload[] =>
      head.kind === 'hidden'
        ? [{ kind: 'blind spot', key: keys[position] ?? '', obstacle: head.obstacle }]
        : [],
    )
  }

  async function uploadsOf(listed: Listed): Promise<ListedUpload[]> {
    if (listed.kind === 'key') return [{ kind: 'stray', key: listed.key }]
    if (listed.kind === 'blind spot') return [listed]
    const { prefix } = listed
    const files = await filesOf(prefix)
    const isWhole = files.started !== null && files.data !== null
    const obstacles = isWhole ? [] : await obstaclesIn(prefix)
    if (files.started === null && files.data === null) return obstacles
    return [{ kind: 'upload', prefix, ...uploadStatOf(files.started, files.data) }, ...obstacles]
  }

  return {
    async begin(upload, startedAtMs) {
      assertUploadPrefix(upload)
      await storage.write(startedAtOf(upload), startedAtBytes(startedAtMs), { lazily: true })
    },

    async stat(upload) {
      const { started, data } = await filesOf(upload)
      return started && uploadStatOf(started, data)
    },

    async read(upload) {
      const { started, data } = await filesOf(upload)
      if (started === null) return null
      return data?.stream() ?? new ReadableStream({ start: (controller) => controller.close() })
    },

    async append(upload, { offset, body }) {
      const files = await expectSize(upload, offset)
      if ('kind' in files) return files
      const added = await storage.write(dataOf(upload), body, { append: true })
      return { kind: 'appended', sizeBytes: offset + added }
    },

    async commit(upload, key, { sizeBytes }) {
      assertUploadPrefix(upload)
      const data = await storage.open(dataOf(upload))
      if (data?.sizeBytes !== sizeBytes) {
        const files = await expectSize(upload, sizeBytes)
        if ('kind' in files) return files
        if (files.data === null) await storage.write(dataOf(upload), new Uint8Array())
      }
      await storage.move(dataOf(upload), key)
      return { kind: 'committed' }
    },

    async discard(upload) {
      assertUploadPrefix(upload)
      await discard(upload)
    },

    async abort(upload, { unlessModifiedSinceMs = Infinity } = {}) {
      const { started, data } = await filesOf(upload)
      if (isWrittenSince([started, data], unlessModifiedSinceMs)) return { kind: 'modified' }
      await discard(upload)
      if (started === null && data === null) return { kind: 'absent' }
      return { kind: 'removed', bytes: data?.freedBytes ?? data?.sizeBytes ?? 0 }
    },

    async *list(uploads) {
      assertUploadPrefix(uploads)
      for await (const page of objects.list(uploads, { delimiter: '/' })) {
        for (let start = 0; start < page.length; start += uploadsAtOnce) {
          const found = await Promise.all(page.slice(start, start + uploadsAtOnce).map(uploadsOf))
          yield found.flat()
        }
      }
    },
  }
}
