import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configureDistribution, run } from '../clients.ts'
import { launcher, projectFolder } from '../server-process.ts'
import { folderTarget } from '../store-target.ts'
import { fingerprintOf, generateStore, type StoreFacts } from './generate-store.ts'
import { compare, measureCommand, progress, type Comparison, type Contender } from './measure.ts'
import { shapeManyTags, shapeStore } from './store-shape.ts'
import { openWarmPlanner } from './warm-plan.ts'

export const floor = [process.execPath, join(projectFolder, 'e2e/bench/floor.mjs')]
/** The command that `npm run jetsam` runs, without npm's own time. */
export const jetsam = [
  process.execPath,
  '--max-semi-space-size=4',
  launcher,
  'collect',
  '--json',
  '--storage',
]

interface Planned {
  readonly removed: readonly string[]
}

/** Our collection, with a check of its result: a fast wrong answer does not count. */
export const ours = (name: string, command: readonly string[], fingerprint: string): Contender => ({
  name,
  async run() {
    const sample = await measureCommand(command)
    const { removed } = JSON.parse(sample.output) as Planned
    if (fingerprintOf(removed) !== fingerprint) throw new Error(`${name} chose the wrong blobs`)
    return sample
  },
})

const theirs = (configuration: string, words: readonly string[], rounds?: number): Contender => ({
  ...(rounds === undefined ? {} : { rounds }),
  name: ['docker-registry garbage-collect', ...words].join(' '),
  run: () => measureCommand(['docker-registry', 'garbage-collect', ...words, configuration]),
})

export interface GeneratedStore {
  /** The folder of these figures; the store is in `store` within it. */
  readonly folder: string
  readonly storage: string
  readonly configuration: string
  readonly facts: StoreFacts
}

async function inFolder(
  scratch: string,
  write: (storage: string) => StoreFacts,
): Promise<GeneratedStore> {
  const folder = await mkdtemp(join(scratch, 'store-'))
  const storage = join(folder, 'store')
  const facts = write(storage)
  progress(`wrote a store of ${facts.blobs} blobs in ${facts.repositories} repositories`)
  // Otherwise the first contender would pay for what is still being written to disk.
  await run('sync')
  return { folder, storage, facts, configuration: await configureDistribution(storage, folder) }
}

export const storeOf = (scratch: string, blobs: number): Promise<GeneratedStore> =>
  inFolder(scratch, (storage) =>
    generateStore(folderTarget(storage), shapeStore({ seed: 1, blobs }), 1),
  )

/**
 * Pushes one percent more blobs, and deletes a third of them again; returns the facts of these
 * alone.
 */
export const changeStore = (storage: string, { blobs }: StoreFacts): StoreFacts =>
  generateStore(folderTarget(storage), shapeStore({ seed: 2, blobs: blobs * 0.01 }), 2)

/** A plan: nothing is changed. */
export async function benchPlan(
  { storage, configuration, facts }: GeneratedStore,
  runs: number,
  referenceRuns: number,
): Promise<Comparison> {
  const { fingerprint } = facts.garbage
  const warm = await openWarmPlanner(storage, fingerprint)
  try {
    return await compare(`plan, ${facts.blobs} blobs`, runs, [
      theirs(configuration, ['--dry-run'], referenceRuns),
      {
        name: 'floor: list, read each manifest',
        run: () => measureCommand([...floor, 'plan', storage]),
      },
      {
        name: 'the same, and all that a plan must know',
        run: () => measureCommand([...floor, 'safe', storage]),
      },
      {
        name: 'the same, two threads at once',
        run: () => measureCommand([...floor, 'safe-at-once', storage]),
      },
      ours('jetsam collect --dry-run', [...jetsam, storage, '--dry-run'], fingerprint),
      warm.contender,
    ])
  } finally {
    await warm.close()
  }
}

/** Works with a copy of a store, which is made before and removed afterwards. */
export async function withCopy<T>(
  store: GeneratedStore,
  act: (storage: string, folder: string) => Promise<T>,
): Promise<T> {
  const copy = await mkdtemp(join(store.folder, 'copy-'))
  const storage = join(copy, 'store')
  try {
    await run('cp', '-a', store.storage, storage)
    await run('sync')
    return await act(storage, copy)
  } finally {
    await rm(copy, { recursive: true })
  }
}

/** Plan and deletion: each contender gets its own copy, made before its time starts. */
export async function benchSweep(store: GeneratedStore, runs: number): Promise<Comparison> {
  const { folder, facts } = store
  const planned = await measureCommand([...jetsam, store.storage, '--dry-run'])
  const list = join(folder, 'garbage')
  await writeFile(list, (JSON.parse(planned.output) as Planned).removed.join('\n'))

  const onCopy = (
    name: string,
    contender: (storage: string, configuration: string) => Contender,
  ): Contender => ({
    name,
    run: () =>
      withCopy(store, async (storage, copy) =>
        contender(storage, await configureDistribution(storage, copy)).run(),
      ),
  })
  return await compare(
    `collection, ${facts.blobs} blobs, ${facts.garbage.blobs} of them garbage`,
    runs,
    [
      onCopy('docker-registry garbage-collect', (_, configuration) => theirs(configuration, [])),
      onCopy('floor: unlink a list of blobs', (storage) => ({
        name: 'floor',
        run: () => measureCommand([...floor, 'unlink', storage, list]),
      })),
      onCopy('floor: unlink them, and the links to them', (storage) => ({
        name: 'floor',
        run: () => measureCommand([...floor, 'unlink-all', storage, list]),
      })),
      onCopy('floor: the same, with the looks before each', (storage) => ({
        name: 'floor',
        run: () => measureCommand([...floor, 'unlink-checked', storage, list]),
      })),
      onCopy('floor: unlink all, four threads at once', (storage) => ({
        name: 'floor',
        run: () => measureCommand([...floor, 'unlink-at-once', storage, list]),
      })),
      onCopy('jetsam collect', (storage) =>
        ours('jetsam collect', [...jetsam, storage], facts.garbage.fingerprint),
      ),
    ],
  )
}

/** One repository with many tags; with the policy for untagged images. */
export async function benchUntagged(
  scratch: string,
  tags: number,
  { runs, referenceRuns }: { readonly runs: number; readonly referenceRuns: number },
): Promise<Comparison> {
  const { folder, storage, configuration, facts } = await inFolder(scratch, (path) =>
    generateStore(folderTarget(path), shapeManyTags({ seed: 1, tags }), 1),
  )
  const command = [...jetsam, storage, '--dry-run', '--untagged']
  try {
    return await compare(`untagged images, one repository, ${tags} tags`, runs, [
      ...(referenceRuns > 0 ? [theirs(configuration, ['--dry-run', '-m'], referenceRuns)] : []),
      ours('jetsam collect --dry-run --untagged', command, facts.garbageWithUntagged.fingerprint),
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
}
