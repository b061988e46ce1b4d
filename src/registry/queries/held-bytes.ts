import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { BlobTable } from '#graph/live/blob-table.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RepositoryReader } from './graph/repository-reader.ts'
import type { ManifestContents } from '#graph/manifest-contents.ts'
import { leadsToManifest, retainedEdgesOf } from '#graph/edges.ts'
import type { TrashedManifest, TrashEntry } from '../trash/trash-entry.ts'

type Entry = Pick<TrashEntry, 'id' | 'manifests'>

/** The bytes that are exclusive to one entry of the trash. */
export interface HeldBytes {
  /**
   * By entry id; null for what is not known yet. Manifests never change, so each is read once. If
   * the unread ones are small, the call waits for them; else it reads them in the background.
   *
   * @param linked what images hold
   */
  of(entries: readonly Entry[], linked: BlobTable): Promise<ReadonlyMap<string, number | null>>
}

export interface HeldBytesOptions {
  readonly openRepositoryReader: () => RepositoryReader
  readonly pause: Pause
}

type Content = ReadonlyMap<Digest, number>

/** Reading this many bytes takes only a moment. */
const waitedForBytes = 4 * 1024 * 1024
const readAtOnce = 16

/** Leaves out manifests: one that is not in the entry stays with the image that lists it. */
const blobsOf = (contents: ManifestContents): Content =>
  new Map(
    retainedEdgesOf(contents)
      .filter((edge) => !leadsToManifest(edge))
      .map(({ target }) => [target.digest, target.sizeBytes]),
  )

export function createHeldBytes({ openRepositoryReader, pause }: HeldBytesOptions): HeldBytes {
  /** What each manifest keeps from a collection besides itself, with sizes. */
  const known = new Map<Digest, Content>()
  const inTurn = createSerialQueue()

  async function read(manifests: readonly TrashedManifest[]): Promise<void> {
    const reader = openRepositoryReader()
    for (let start = 0; start < manifests.length;) {
      // Large manifests one at a time, so that few of their bytes are in memory.
      let end = start
      for (
        let room = waitedForBytes;
        end < manifests.length && end < start + readAtOnce;
        end += 1
      ) {
        room -= manifests[end]?.sizeBytes ?? 0
        if (room < 0 && end > start) break
      }
      const slice = manifests.slice(start, end)
      const contents = await reader.manifestContents(slice.map(({ digest }) => digest))
      for (const [position, { digest }] of slice.entries()) {
        const found = contents[position]
        known.set(digest, found && found !== 'unreadable' ? blobsOf(found) : new Map())
      }
      start = end
      await pause()
    }
  }

  function unknownIn(entries: readonly Entry[]): readonly TrashedManifest[] {
    const unknown = new Map<Digest, TrashedManifest>()
    for (const { manifests } of entries) {
      for (const manifest of manifests) {
        if (!known.has(manifest.digest)) unknown.set(manifest.digest, manifest)
      }
    }
    return [...unknown.values()]
  }

  /** One read after the other: what one has read, the next need not read. */
  const readUnknown = (entries: readonly Entry[]): Promise<void> =>
    inTurn(() => read(unknownIn(entries)))

  function forgetOthers(entries: readonly Entry[]): void {
    const held = new Set(entries.flatMap(({ manifests }) => manifests.map(({ digest }) => digest)))
    for (const digest of known.keys()) if (!held.has(digest)) known.delete(digest)
  }

  function contentOf({ manifests }: Entry): Content | null {
    const content = new Map<Digest, number>()
    for (const { digest, sizeBytes } of manifests) {
      const references = known.get(digest)
      if (references === undefined) return null
      content.set(digest, sizeBytes)
      for (const [reference, size] of references) content.set(reference, size)
    }
    return content
  }

  return {
    async of(entries, linked) {
      forgetOthers(entries)
      const unread = unknownIn(entries).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      // After a failure the bytes only stay unknown.
      const done = readUnknown(entries).catch(() => {})
      if (unread <= waitedForBytes) await done
      const maybeYield = createMaybeYield(pause)
      const holders = new Map<Digest, number>()
      const contents = entries.map((entry) => [entry.id, contentOf(entry)] as const)
      for (const [, content] of contents) {
        for (const digest of content?.keys() ?? []) {
          holders.set(digest, (holders.get(digest) ?? 0) + 1)
          await maybeYield()
        }
      }
      const bytes = new Map<string, number | null>()
      for (const [id, content] of contents) {
        let sum = 0
        for (const [digest, sizeBytes] of content ?? []) {
          if (holders.get(digest) === 1 && linked.get(digest) === undefined) sum += sizeBytes
          await maybeYield()
        }
        bytes.set(id, content && sum)
      }
      return bytes
    },
  }
}
