import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, link, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { createBlockingObjectReader } from '#adapters/filesystem/blocking-object-reader.ts'
import { createFileObjectStore } from '#adapters/filesystem/file-object-store.ts'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'
import { StoreError } from '#storage/errors.ts'
import type { Listed, ListOptions, ObjectReader, Prefix } from '#storage/object-store.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import type { ObjectScanner, ScannedArea } from '#storage/scanner.ts'
import { expectSameAnswers, firstDifference, type Answers } from './compared-answers.ts'

const names = ['a', 'a-b'] as const
/** Reads go one level deeper than folders. */
const deepest = 3

/** What may be at a place of a file system, and with which rights. */
type HostileNode =
  | { readonly kind: 'file'; readonly size: number; readonly mode: number }
  | {
      readonly kind: 'folder'
      readonly entries: Readonly<Partial<Record<(typeof names)[number], HostileNode>>>
      readonly mode: number
    }
  /** Relative to its folder, or to the place outside. */
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'pipe' | 'socket' }
  /** A folder with names that no key can have. */
  | { readonly kind: 'badly named' }

const rarely = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )

const leaf: fc.Arbitrary<HostileNode> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      size: fc.constantFrom(0, 1, 70, 100, 70_000),
      mode: rarely(0o600, 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      target: fc.constantFrom('a', 'a-b', '../a', '{outside}', '{outside}/a', 'nowhere', '.'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'pipe' as const }, { kind: 'socket' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'badly named' as const }) },
)

function folderOf(depth: number): fc.Arbitrary<HostileNode> {
  const node = depth === 0 ? leaf : fc.oneof(leaf, { weight: 2, arbitrary: folderOf(depth - 1) })
  return fc.record({
    kind: fc.constant('folder' as const),
    entries: fc.record({ a: node, 'a-b': node }, { requiredKeys: [] }),
    mode: rarely(0o700, 0, 0o100, 0o600),
  })
}

/** A tree of folders with everything in it that can be in the way. */
const hostileTree: fc.Arbitrary<HostileNode> = folderOf(deepest - 1)

interface Places {
  readonly pipe: string
  readonly socket: string
  readonly outside: string
}

async function plant(node: HostileNode, path: string, places: Places): Promise<void> {
  switch (node.kind) {
    case 'file':
      await writeFile(path, new Uint8Array(node.size).fill(0x61))
      return await chmod(path, node.mode)
    case 'link':
      return await symlink(node.target.replace('{outside}', places.outside), path)
    case 'pipe':
    case 'socket':
      return await link(places[node.kind], path)
    case 'badly named':
      await mkdir(join(path, 'back\\slash'), { recursive: true })
      return await mkdir(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])]))
    case 'folder':
      await mkdir(path)
      for (const [name, entry] of Object.entries(node.entries)) {
        await plant(entry, join(path, name), places)
      }
      await chmod(path, node.mode)
  }
}

/** Makes all of it removable again. */
async function unlock(node: HostileNode, path: string): Promise<void> {
  if (node.kind !== 'folder') return
  await chmod(path, 0o700)
  for (const [name, entry] of Object.entries(node.entries)) await unlock(entry, join(path, name))
}

/** Plants trees in a folder of their own, one after the other. */
async function openHostileGround() {
  const ground = await mkdtemp(join(tmpdir(), 'jetsam-hostile-tree-'))
  const places = { pipe: `${ground}/pipe`, socket: `${ground}/socket`, outside: `${ground}/out` }
  execFileSync('mkfifo', [places.pipe])
  const server = createServer()
  await once(server.listen(`${places.socket}.s`), 'listening')
  await rename(`${places.socket}.s`, places.socket)
  server.close()
  await mkdir(`${places.outside}/a`, { recursive: true })
  await writeFile(`${places.outside}/a/a`, 'outside')
  await writeFile(`${places.outside}/a-b`, 'outside')
  return {
    /** Calls `act` with the folder that holds the tree as `x`. */
    async withTree<T>(tree: HostileNode, act: (root: string) => Promise<T>): Promise<T> {
      const root = `${ground}/root`
      await mkdir(root)
      try {
        await plant(tree, `${root}/x`, places)
        return await act(root)
      } finally {
        await unlock(tree, `${root}/x`).catch(() => {})
        await rm(root, { recursive: true, force: true })
      }
    },
    close: () => rm(ground, { recursive: true }),
  }
}

function* placesBelow(start: string, depth: number): Generator<string> {
  yield start
  if (depth > 0) for (const name of names) yield* placesBelow(`${start}/${name}`, depth - 1)
}

/** Where such a tree may have something, and one level below. */
const places = [...placesBelow('x', deepest + 1)]
const prefixes: readonly Prefix[] = ['', ...places.map((place): Prefix => `${place}/`)]

const listings: readonly ListOptions[] = [
  {},
  { delimiter: '/' },
  { stable: true },
  { delimiter: '/', stable: true },
  { after: 'x/a-b/a' },
  { delimiter: '/', after: 'x/a/' },
]

const orCode = async (act: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.code
  }
}

/**
 * Where a lack of rights hides a prefix, one store may have seen more of the path to it in an
 * earlier listing than another.
 */
const withoutPath = <T extends Listed>(listed: T, prefix: Prefix): T =>
  listed.kind === 'blind spot' &&
  listed.obstacle === 'no permission' &&
  prefix.startsWith(`${listed.key}/`)
    ? { ...listed, key: 'on the path' }
    : listed

async function allListed(objects: ObjectReader, prefix: Prefix, how: ListOptions) {
  const all: Listed[] = []
  for await (const page of objects.list(prefix, how)) {
    all.push(...page.map((listed) => withoutPath(listed, prefix)))
  }
  return all
}

async function allScanned(scanner: ObjectScanner, area: ScannedArea) {
  const all: string[] = []
  for await (const pages of scanner.scan([area])) {
    for (const page of pages) {
      for (const item of page.items) all.push(`item ${item}`)
      for (const stray of page.strays) all.push(`stray ${stray}`)
      for (const spot of page.blindSpots) {
        const { key, obstacle } = withoutPath(spot, area.prefix)
        all.push(`${obstacle} ${key}`)
      }
    }
  }
  return all.toSorted()
}

/** The platform's words for a failure tell by which call it failed. */
const withoutReasons = (outcomes: readonly object[]) =>
  outcomes.map((outcome) => ({ ...outcome, ...('reason' in outcome && { reason: '' }) }))

/** What a store says of everything that can be in a hostile tree, by the question. */
async function everythingReadFrom(objects: ObjectReader, scanner: ObjectScanner): Promise<Answers> {
  const told = new Map<string, unknown>()
  for (const maximumBytes of [0, 99, 100_000]) {
    const outcomes = withoutReasons(await objects.getMany(places, { maximumBytes }))
    for (const [at, place] of places.entries()) {
      told.set(`at most ${maximumBytes} bytes of ${place}`, outcomes[at])
    }
  }
  const heads = withoutReasons(await objects.headMany(places))
  for (const [at, place] of places.entries()) {
    told.set(`head of ${place}`, heads[at])
    const part = { start: 1, end: 80 }
    const got = await orCode(async () => {
      const found = await objects.get(place, part)
      return found && { ...found, body: await orCode(() => new Response(found.body).text()) }
    })
    told.set(`part of ${place}`, got)
  }
  for (const prefix of prefixes) {
    for (const how of listings) {
      const listed = await orCode(() => allListed(objects, prefix, how))
      told.set(`list ${prefix} ${JSON.stringify(how)}`, listed)
    }
    for (const area of [
      { prefix, depth: 1 },
      { prefix, depth: 2 },
      { prefix, depth: 2, stable: true },
    ]) {
      const scanned = await orCode(() => allScanned(scanner, area))
      told.set(`scan ${JSON.stringify(area)}`, scanned)
    }
  }
  return told
}

/** The first difference between what the blocking reader and the store read, or `the same`. */
export async function compareReadsOfHostileTrees(numRuns: number): Promise<string> {
  const ground = await openHostileGround()
  const reads = fc.asyncProperty(hostileTree, (tree) =>
    ground.withTree(tree, async (root) => {
      const storage = await createDiskFileTree({ root, durable: false, mayWrite: null })
      const objects = createFileObjectStore({ root, storage, mayWrite: null })
      const expected = await everythingReadFrom(objects, scannerOver(objects))
      const reader = createBlockingObjectReader(root)
      // Nothing that it remembers makes a difference the second time.
      for (const read of [reader, reader]) {
        expectSameAnswers(expected, await everythingReadFrom(read, read))
      }
    }),
  )
  try {
    return await firstDifference(reads, numRuns)
  } finally {
    await ground.close()
  }
}
