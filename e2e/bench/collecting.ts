import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configureDistribution, run } from '../clients.ts'
import { fingerprintOf, generateStore, type StoreFacts } from './generate-store.ts'
import { compare, measureCommand, type Comparison, type Contender } from './measure.ts'
import { shapeManyTags, shapeStore } from './store-shape.ts'

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
const floor = [process.execPath, join(projectFolder, 'e2e/bench/floor.mjs')]
const jetsam = [
  process.execPath,
  join(projectFolder, 'src/server/launch.mjs'),
  'collect',
  '--json',
  '--storage',
]

interface Planned {
  readonly removed: readonly string[]
}

/** Ours, checked each time: a fast answer that is wrong is none. */
const ours = (name: string, command: readonly string[], fingerprint: string): Contender => ({
  name,
  async run() {
    const sample = await measureCommand(command)
    const { removed } = JSON.parse(sample.output) as Planned
    if (fingerprintOf(removed) !== fingerprint) throw new Error(`${name} took the wrong blobs`)
    return sample
  },
})

const theirs = (configuration: string, ...words: readonly string[]): Contender => ({
  name: ['docker-registry garbage-collect', ...words].join(' '),
  run: () => measureCommand(['docker-registry', 'garbage-collect', ...words, configuration]),
})

export interface GeneratedStore {
  /** Of its own; the store is in `store` within it. */
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
  // What is still being written to disk would be paid for by whoever is measured first.
  await run('sync')
  return { folder, storage, facts, configuration: await configureDistribution(storage, folder) }
}

export const storeOf = (scratch: string, blobs: number): Promise<GeneratedStore> =>
  inFolder(scratch, (storage) => generateStore(storage, shapeStore({ seed: 1, blobs }), 1))

/** A plan: nothing is changed. */
export const benchPlan = (
  { storage, configuration, facts }: GeneratedStore,
  runs: number,
): Promise<Comparison> =>
  compare(`plan, ${facts.blobs} blobs`, runs, [
    theirs(configuration, '--dry-run'),
    {
      name: 'floor: list, read each manifest',
      run: () => measureCommand([...floor, 'plan', storage]),
    },
    ours('jetsam collect --dry-run', [...jetsam, storage, '--dry-run'], facts.garbage.fingerprint),
  ])

/** Plan and deletion: each contender gets a copy of its own, made before its time begins. */
export async function benchSweep(store: GeneratedStore, runs: number): Promise<Comparison> {
  const { folder, facts } = store
  const planned = await measureCommand([...jetsam, store.storage, '--dry-run'])
  const list = join(folder, 'garbage')
  await writeFile(list, (JSON.parse(planned.output) as Planned).removed.join('\n'))

  const onCopy = (
    name: string,
    contender: (storage: string, configuration: string) => Contender,
  ) => ({
    name,
    async run() {
      const copy = await mkdtemp(join(folder, 'copy-'))
      const storage = join(copy, 'store')
      await cp(store.storage, storage, { recursive: true, preserveTimestamps: true })
      await run('sync')
      try {
        return await contender(storage, await configureDistribution(storage, copy)).run()
      } finally {
        await rm(copy, { recursive: true })
      }
    },
  })
  return await compare(
    `collection, ${facts.blobs} blobs, ${facts.garbage.blobs} of them garbage`,
    runs,
    [
      onCopy('docker-registry garbage-collect', (_, configuration) => theirs(configuration)),
      onCopy('floor: unlink a list of blobs', (storage) => ({
        name: 'floor',
        run: () => measureCommand([...floor, 'unlink', storage, list]),
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
  { runs, withReference }: { readonly runs: number; readonly withReference: boolean },
): Promise<Comparison> {
  const { folder, storage, configuration, facts } = await inFolder(scratch, (path) =>
    generateStore(path, shapeManyTags({ seed: 1, tags }), 1),
  )
  const command = [...jetsam, storage, '--dry-run', '--untagged']
  try {
    return await compare(`untagged images, one repository, ${tags} tags`, runs, [
      ...(withReference ? [theirs(configuration, '--dry-run', '-m')] : []),
      ours('jetsam collect --dry-run --untagged', command, facts.garbageWithUntagged.fingerprint),
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
}
