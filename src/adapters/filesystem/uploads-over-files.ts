import { StoreError } from '#storage/errors.ts'
import type { Listed, ObjectStore } from '#storage/object-store.ts'
import type { FileTree, StoredFile } from './file-tree.ts'
import type {
  ListedUpload,
  UploadPrefix,
  UploadRefused,
  UploadStat,
  UploadStore,
} from '#storage/upload-store.ts'

/** Distribution's file names: `startedat` has a moment in RFC 3339, `data` the bytes so far. */
const startedAtOf = (upload: UploadPrefix): string => `${upload}startedat`
const dataOf = (upload: UploadPrefix): string => `${upload}data`

/** How many uploads are looked at at once. */
const uploadsAtOnce = 64

interface UploadFiles {
  readonly started: StoredFile | null
  readonly data: StoredFile | null
}

const statOf = ({ started, data }: UploadFiles): UploadStat => ({
  sizeBytes: data?.sizeBytes ?? 0,
  lastWrittenAtMs: Math.max(started?.modifiedAtMs ?? 0, data?.modifiedAtMs ?? 0),
})

function assertPrefix(upload: UploadPrefix): void {
  if (!upload.endsWith('/')) throw new StoreError('INVALID_PATH', upload)
}

/**
 * Uploads over a storage of files and folders, laid out as Distribution does.
 *
 * @param objects over the same storage: it knows the obstacles of a listing
 */
export function uploadsOverFiles(
  storage: FileTree,
  objects: Pick<ObjectStore, 'list' | 'headMany'>,
): UploadStore {
  async function filesOf(upload: UploadPrefix): Promise<UploadFiles> {
    assertPrefix(upload)
    const [started, data] = await Promise.all([
      storage.open(startedAtOf(upload)),
      storage.open(dataOf(upload)),
    ])
    return { started, data }
  }

  /** The status of an upload if it has the expected size; else why not. */
  async function expectSize(
    upload: UploadPrefix,
    sizeBytes: number,
  ): Promise<UploadFiles | UploadRefused> {
    const files = await filesOf(upload)
    if (files.started === null) return { kind: 'absent' }
    const stat = statOf(files)
    return stat.sizeBytes === sizeBytes ? files : { kind: 'other size', sizeBytes: stat.sizeBytes }
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
    return [{ kind: 'upload', prefix, ...statOf(files) }, ...obstacles]
  }

  return {
    async begin(upload, startedAtMs) {
      assertPrefix(upload)
      // In whole seconds, as Distribution writes them.
      const text = new Date(startedAtMs).toISOString().replace(/\.\d+Z$/, 'Z')
      await storage.write(startedAtOf(upload), new TextEncoder().encode(text), { lazily: true })
    },

    async stat(upload) {
      const files = await filesOf(upload)
      return files.started && statOf(files)
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
      assertPrefix(upload)
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
      assertPrefix(upload)
      await discard(upload)
    },

    async abort(upload, { unlessModifiedSinceMs = Infinity } = {}) {
      const { started, data } = await filesOf(upload)
      for (const file of [started, data]) {
        if (file && file.modifiedAtMs >= unlessModifiedSinceMs) return { kind: 'modified' }
      }
      await discard(upload)
      if (started === null && data === null) return { kind: 'absent' }
      return { kind: 'removed', bytes: data?.freesBytes ?? data?.sizeBytes ?? 0 }
    },

    async *list(uploads) {
      assertPrefix(uploads)
      for await (const page of objects.list(uploads, { delimiter: '/' })) {
        for (let start = 0; start < page.length; start += uploadsAtOnce) {
          const found = await Promise.all(page.slice(start, start + uploadsAtOnce).map(uploadsOf))
          yield found.flat()
        }
      }
    },
  }
}
