import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestCacheFile } from '#registry/layout.ts'
import { changeStore, floor, jetsam, ours, withCopy, type GeneratedStore } from './collecting.ts'
import { compare, measureCommand, progress, type Comparison } from './measure.ts'

/**
 * A collection, then another after one percent more blobs were pushed, and a third of these deleted
 * again. The second is planned several times, with the cache of the first and without, beside a
 * program that only lists the folders: no cache can avoid that.
 */
export const benchSecondRun = (store: GeneratedStore, runs: number): Promise<Comparison> =>
  withCopy(store, async (storage) => {
    const plan = [...jetsam, storage, '--dry-run']
    const { blobs, garbage } = store.facts
    const first = await ours('first', [...jetsam, storage], garbage.fingerprint).run()
    const changed = changeStore(storage, store.facts)
    progress(`pushed ${changed.blobs} more, ${changed.garbage.blobs} of them to go`)
    const { fingerprint } = changed.garbage
    return await compare(`second collection, ${blobs} blobs, 1 % changed`, runs, [
      { name: 'first collection', rounds: 1, run: () => Promise.resolve(first) },
      { name: 'floor: list the folders', run: () => measureCommand([...floor, 'list', storage]) },
      ours('second plan, as remembered', plan, fingerprint),
      {
        name: 'second plan, nothing remembered',
        async run() {
          const memory = join(storage, manifestCacheFile)
          const kept = `${memory}-kept`
          await rename(memory, kept)
          try {
            return await ours('second plan', plan, fingerprint).run()
          } finally {
            await rename(kept, memory)
          }
        },
      },
    ])
  })
