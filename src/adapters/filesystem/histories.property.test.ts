import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deleteAndRestore, happen, type HistoryHost } from '#testing/histories/histories.ts'
import { createRepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import { createStoreScanner } from '#registry/inventory/store-scanner.ts'
import { historyOf } from '#testing/histories/history-acts.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { regressions } from '#testing/histories/history-regressions.ts'
import { createBlockingObjectReader } from './blocking-object-reader.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createBlockingDeleter } from './blocking-key-deleter.ts'
import { createFileObjectStore } from './file-object-store.ts'
import { createDiskFileTree } from './disk-file-tree.ts'

/** Fewer than in memory: each step reads the whole folder. */
const numRuns = Math.max(10, Math.ceil(historyRuns(225) / 15))

/** Time passes as usual, and by leaps; this clock stamps the files. */
async function inScratch(
  isBlocking: boolean,
  tell: (host: HistoryHost) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'jetsam-histories-'))
  let leaptMs = 0
  const clock = { nowMs: () => Date.now() + leaptMs }
  try {
    const storage = await createDiskFileTree({ root, durable: false })
    const deleteNow = createBlockingDeleter(root)
    await tell({
      storage: {
        ...storage,
        async write(path, ...rest) {
          const written = await storage.write(path, ...rest)
          const stamp = clock.nowMs() / 1000
          await utimes(join(root, path), stamp, stamp)
          return written
        },
      },
      clock,
      advance: (ms) => void (leaptMs += ms),
      ...(isBlocking
        ? {
            openStoreScanner: () => {
              const objects = createBlockingObjectReader(root)
              return createStoreScanner({ objects, scanner: objects }, createDigester)
            },
            objectsOver: (over, watchDeletes) =>
              createFileObjectStore({
                root,
                storage: over,
                deleteBatch: watchDeletes(async (...batch) => deleteNow(...batch)),
              }),
            openRepositoryReader: () =>
              createRepositoryReader(createBlockingObjectReader(root), createDigester),
            manifestCache: { writerVersion: 'histories', persist: true },
          }
        : {}),
    })
  } finally {
    await rm(root, { recursive: true })
  }
}

const history = historyOf(16)

it('no history that once lost something loses anything on the file system', async () => {
  for (const steps of Object.values(regressions)) {
    for (const isBlocking of [false, true]) {
      await inScratch(isBlocking, (host) => happen(host, steps, 0))
    }
  }
})

it.each([
  ['with promises', false],
  ['with blocking calls, several removals at a time', true],
])(
  'any history on the file system, read %s, loses nothing, and restores are exact',
  { timeout: 10_000 * numRuns },
  async (_, isBlocking) => {
    let restored = 0
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), (steps, seed) =>
        inScratch(isBlocking, async (host) => {
          await happen(host, steps, seed)
          restored += await deleteAndRestore(host)
        }),
      ),
      { numRuns },
    )
    expect(restored).toBeGreaterThan(0)
  },
)
