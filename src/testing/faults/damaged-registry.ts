import { bytesOf } from '#adapters/memory/made-bytes.ts'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { createFileObjectStore } from '#adapters/filesystem/file-object-store.ts'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import type { RegistryReader, RepositoryContents } from '#gc/ports/registry-reader.ts'
import { runCollection } from '#gc/run.ts'
import type { StoreScanner } from '#registry/inventory/store-scanner.ts'
import { StoreError } from '#storage/errors.ts'
import { openTestRegistry, type TestRegistry } from '../builders/test-registry.ts'
import { happen } from '../histories/histories.ts'
import { historyOf } from '../histories/history-acts.ts'
import { memoryHost } from '../histories/memory-host.ts'
import { expectSameAnswers, firstDifference, type Answers } from './compared-answers.ts'

/** What befalls a file or folder. `locked` has no effect on root. */
const kindOfDamage = fc.oneof(
  { weight: 3, arbitrary: fc.constant('behind a link' as const) },
  { weight: 3, arbitrary: fc.constant('locked' as const) },
  {
    weight: 7,
    arbitrary: fc.constantFrom(
      'a pipe',
      'gone',
      'emptied',
      'torn',
      'the other kind',
      'with strays',
      'with a bad name',
    ),
  },
)

/** A registry with a history, and what befell some of its files and folders afterwards. */
const damagedRegistry = fc.record({
  steps: historyOf(10),
  seed: fc.nat(),
  damage: fc.array(fc.record({ kind: kindOfDamage, pick: fc.nat(10_000) }), {
    minLength: 1,
    maxLength: 4,
  }),
})

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never

/** Everything on disk is older than any age then. */
const laterMs = 30 * 86_400_000

/** Plays a history in memory, which is fast, and writes what is left to a folder. */
async function writeHistory(
  { steps, seed }: ValueOf<typeof damagedRegistry>,
  root: string,
): Promise<readonly string[]> {
  const host = memoryHost()
  await happen(host, steps, seed, { restoreAll: false })
  const folders = new Set<string>()
  const files: string[] = []
  for (const [path, { bytes }] of host.storage.files()) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await writeFile(join(root, path), bytesOf(bytes))
    files.push(path)
    for (let place = dirname(path); place !== '.'; place = dirname(place)) folders.add(place)
  }
  // Most of a registry is folders, most of what it reads is files.
  return [...folders, ...files, ...files].toSorted()
}

// In blocking calls: promises go on removing after they have failed at something locked.
async function inflict(
  kind: ValueOf<typeof kindOfDamage>,
  path: string,
  outside: string,
): Promise<void> {
  const isFolder = (await stat(path)).isDirectory()
  switch (kind) {
    case 'behind a link':
      await rename(path, outside)
      return await symlink(outside, path)
    case 'a pipe':
      rmSync(path, { recursive: true })
      return await link(join(dirname(outside), 'pipe'), path)
    case 'gone':
      return rmSync(path, { recursive: true })
    case 'emptied':
    case 'the other kind':
      rmSync(path, { recursive: true })
      return isFolder === (kind === 'emptied') ? await mkdir(path) : await writeFile(path, '')
    case 'torn':
      if (isFolder) return
      return await writeFile(path, (await readFile(path)).subarray(0, 20))
    case 'with strays':
      await writeFile(join(isFolder ? path : dirname(path), 'stray'), '')
      return void (await mkdir(join(isFolder ? path : dirname(path), 'Strays', 'deep'), {
        recursive: true,
      }))
    case 'with a bad name':
      return void (await mkdir(join(isFolder ? path : dirname(path), 'back\\slash'), {
        recursive: true,
      }))
    case 'locked':
      return await chmod(path, 0)
  }
}

const told = async (ask: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof StoreError) return error.code
    return error instanceof Error ? error.message : error
  }
}

const sorted = (all: readonly unknown[]): readonly string[] =>
  all.map((one) => JSON.stringify(one)).toSorted()

const inOrder = (contents: RepositoryContents) => ({
  ...contents,
  tags: sorted(contents.tags.map((tag) => ({ ...tag, history: tag.history.toSorted() }))),
  revisions: unpackDigests(contents.revisions).toSorted(),
  layers: unpackDigests(contents.layers).toSorted(),
  aliases: sorted(contents.aliases ?? []),
  uploads: sorted(contents.uploads),
  faults: sorted(contents.faults),
})

async function planned({ reader, remover, clock }: TestRegistry): Promise<unknown> {
  const { plan } = await runCollection({
    reader,
    remover,
    writers: null,
    clock,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, collectUntagged: true },
    dryRun: true,
  })
  return plan && { items: sorted(plan.items.toArray()), faults: sorted(plan.faults) }
}

async function inventoryBy(reader: RegistryReader): Promise<Answers> {
  const answers = new Map<string, unknown>()
  const listed = new Set<Digest>()
  const named = new Set<Digest>()
  answers.set(
    'blobs',
    await told(async () => {
      for await (const batch of reader.blobs())
        for (const one of unpackDigests(batch)) listed.add(one)
      return [...listed].toSorted()
    }),
  )
  const repositories: RepositoryContents[] = []
  const end = await told(async () => {
    for await (const contents of reader.repositories()) repositories.push(contents)
  })
  answers.set('repositories', [end, ...repositories.map(({ name }) => name).toSorted()])
  for (const contents of repositories) answers.set(contents.name, inOrder(contents))
  answers.set('trash', await told(() => reader.trash()))
  for (const { name, tags, revisions } of repositories) {
    for (const digest of unpackDigests(revisions)) {
      named.add(digest)
      answers.set(`age of ${digest} in ${name}`, await told(() => reader.linkedAtMs(name, digest)))
    }
    for (const { digest } of tags) if (digest !== null) named.add(digest)
  }
  // One at a time, so that one failure does not hide the others.
  for (const digest of new Set([...listed, ...named].toSorted())) {
    const one = packDigests([digest])
    if (listed.has(digest)) answers.set(`size of ${digest}`, await told(() => reader.stat(one)))
    for (const isListed of listed.has(digest) ? [0, 1] : [0]) {
      const read = () => reader.manifests({ digests: one, listed: Uint8Array.of(isListed) })
      answers.set(`manifest ${digest}, listed: ${isListed}`, await told(read))
    }
  }
  return answers
}

/** Starts the threads, which a host has. */
type OpenPool = (options: { readonly root: string; readonly threads: number }) => {
  readonly openStoreScanner: () => StoreScanner
  close(): Promise<void>
}

export interface Agreement {
  /** The first difference, or `the same`. */
  readonly difference: string
  /** How many plans removed something, and how many inventories or plans failed: so it tried both. */
  readonly plans: number
  readonly failures: number
}

/**
 * Takes inventories of random registries with damage, by promises over the object store and by the
 * threads, and compares everything that they say, and the plans that follow from it.
 */
export async function compareInventories(openPool: OpenPool, numRuns: number): Promise<Agreement> {
  const ground = await mkdtemp(join(tmpdir(), 'jetsam-damaged-'))
  const root = join(ground, 'root')
  await mkdir(root)
  execFileSync('mkfifo', [join(ground, 'pipe')])
  const pool = openPool({ root, threads: 2 })
  const counts = { plans: 0, failures: 0 }

  async function compare(): Promise<void> {
    const storage = await createDiskFileTree({ root, durable: false, mayWrite: null })
    const objects = createFileObjectStore({ root, storage, mayWrite: null })
    const clock = { nowMs: () => Date.now() + laterMs }
    const open = (more = {}) => openTestRegistry({ storage, objects, clock, ...more })
    const plainly = open()
    const inThreads = open({ openStoreScanner: pool.openStoreScanner })
    expectSameAnswers(await inventoryBy(plainly.reader), await inventoryBy(inThreads.reader))
    const plans = [await told(() => planned(plainly)), await told(() => planned(inThreads))]
    if (!isDeepStrictEqual(plans[0], plans[1])) throw new Error(`plans: ${JSON.stringify(plans)}`)
    if (typeof plans[0] === 'string') counts.failures += 1
    else counts.plans += 1
  }

  const agree = fc.asyncProperty(damagedRegistry, async (registry) => {
    try {
      const places = await writeHistory(registry, root)
      for (const [nth, { kind, pick }] of registry.damage.entries()) {
        const place = places[pick % Math.max(1, places.length)]
        if (place === undefined) break
        // Earlier damage may have taken it away, or hide it.
        const outside = join(ground, `outside-${nth}`)
        await inflict(kind, join(root, place), outside).catch(() => {})
      }
      await compare()
    } finally {
      execFileSync('chmod', ['-R', 'u+rwX', ground])
      await Promise.all(
        [root, ...[0, 1, 2, 3].map((nth) => join(ground, `outside-${nth}`))].map((path) =>
          rm(path, { recursive: true, force: true }),
        ),
      )
      await mkdir(root)
    }
  })
  try {
    const difference = await firstDifference(agree, numRuns)
    return { difference, ...counts }
  } finally {
    await pool.close()
    await rm(ground, { recursive: true })
  }
}
