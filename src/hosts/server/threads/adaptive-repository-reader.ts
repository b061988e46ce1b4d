import { createDigester } from '#adapters/crypto-node/digester.ts'
import {
  createRepositoryReader,
  type RepositoryReader,
} from '#registry/queries/graph/repository-reader.ts'
import type { ObjectReader } from '#storage/object-store.ts'

/** The number of reads after which threads start. */
export const readsBeforeThreads = 1000
/** The approximate reads of one image: its manifest, its layers and their links. */
const readsForImage = 20
/**
 * A call for so many reads waits for threads that are starting: that takes little longer than its
 * reads would take here, and here they would take most of one processor. No page needs so many.
 */
const readsWorthWaiting = 200

/**
 * Reads for lists and the index by the store itself, until there are so many that threads pay,
 * and these are up. So a server of few images never starts them, and no page waits for their start.
 *
 * @param openInThreads makes a reader that reads in threads
 * @returns makes a reader for one refresh
 */
export function createAdaptiveReader(
  objects: ObjectReader,
  openInThreads: () => RepositoryReader,
): () => RepositoryReader {
  const near = createRepositoryReader(objects, createDigester)
  let reads = 0
  let threads: 'not needed' | 'starting' | 'up' = 'not needed'
  let started: Promise<void> = Promise.resolve()

  function startThreads(): void {
    threads = 'starting'
    started = waitForThreads()
  }

  async function waitForThreads(): Promise<void> {
    try {
      await openInThreads().manifestContents([])
      threads = 'up'
    } catch {
      // After any failure to start them, reading continues without them.
      threads = 'not needed'
      reads = 0
    }
  }

  /** What is listed will be read: this starts the threads earlier. */
  async function listed<T>(names: Promise<readonly T[]>): Promise<readonly T[]> {
    const all = await names
    if (threads === 'not needed' && reads + all.length > readsBeforeThreads) startThreads()
    return all
  }

  return () => {
    let inThreads: RepositoryReader | null = null
    /** The reads to use for this many more. */
    const readsFor = (more: number): RepositoryReader => {
      if (threads === 'up') {
        inThreads ??= openInThreads()
        return inThreads
      }
      reads += more
      if (threads === 'not needed' && reads > readsBeforeThreads) startThreads()
      return near
    }
    /** The same for one call that makes all of them. */
    const readsAtOnce = async (many: number): Promise<RepositoryReader> => {
      const reader = readsFor(many)
      if (reader !== near || threads !== 'starting' || many < readsWorthWaiting) return reader
      await started
      return readsFor(0)
    }
    return {
      tagNames: (repository) => listed(readsFor(1).tagNames(repository)),
      tagPage: async (repository, page) => {
        const read = await readsFor(page.atMost).tagPage(repository, page)
        // The next page lists as much.
        readsFor(read.listedCount)
        return read
      },
      tagsWithLink: async (repository, names) =>
        await (await readsAtOnce(names.length)).tagsWithLink(repository, names),
      tags: async (repository, names) =>
        await (await readsAtOnce(names.length)).tags(repository, names),
      revisionNames: (repository) => listed(readsFor(1).revisionNames(repository)),
      linkTimes: async (repository, digests) =>
        await (await readsAtOnce(digests.length)).linkTimes(repository, digests),
      imageFlaws: (repository, digests, mayBeSparse) =>
        readsFor(digests.length * readsForImage).imageFlaws(repository, digests, mayBeSparse),
      manifestContents: (digests) => readsFor(digests.length).manifestContents(digests),
    }
  }
}
