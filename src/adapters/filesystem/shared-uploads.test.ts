import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadPrefix, UploadStore } from '#storage/upload-store.ts'
import { breakingAfter, bytesOf, readText } from '#testing/conformance/object-store/samples.ts'
import { createClaimableFiles, type ClaimableFiles } from './claimable-files.ts'
import { createDiskFileTree } from './disk-file-tree.ts'
import { createFileObjectStore } from './file-object-store.ts'
import type { FileTree } from './file-tree.ts'
import { sharedUploadsOverFiles } from './shared-uploads-over-files.ts'

const one: UploadPrefix = 'team/_uploads/one/'
const long = 61_000

let root = ''
let objects: ObjectStore
/** How far the clocks of servers are ahead of the files. */
let aheadMs = 0
let ids = 0

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-uploads-')))
  aheadMs = 0
})
afterEach(() => rm(root, { recursive: true }))

const nameOf = (call: unknown) => (typeof call === 'string' ? call : '')

/**
 * One of the servers over the folder.
 *
 * @param before awaited before each call that changes files
 */
async function openServer(
  before: (change: string) => Promise<void> = async () => {},
): Promise<UploadStore> {
  const storage = await createDiskFileTree({ root, durable: false })
  objects = createFileObjectStore({ root, storage })
  const claimable = createClaimableFiles({ root })
  const changes = <T extends object>(calls: T, names: readonly (keyof T & string)[]): T => ({
    ...calls,
    ...Object.fromEntries(
      names.map((name) => [
        name,
        async (...words: unknown[]) => {
          await before(`${name} ${words.map(nameOf).join(' ')}`)
          return await (calls[name] as (...given: unknown[]) => unknown)(...words)
        },
      ]),
    ),
  })
  return sharedUploadsOverFiles({
    storage: changes<FileTree>(storage, ['write', 'move', 'remove']),
    objects,
    claimable: changes<ClaimableFiles>(claimable, ['rename', 'unlink', 'append']),
    createId: () => `call-${(ids += 1)}`,
    nowMs: () => Date.now() + aheadMs,
  })
}

const digestOf = (text: string): Digest => {
  const digester = createDigester('sha256')
  digester.update(bytesOf(text))
  return digester.digest()
}

const textOf = async (server: UploadStore) => new Response(await server.read(one)).text()

/** A body whose end the test decides. */
function openBody(begin: string) {
  let end: (text: string) => void = () => {}
  const ending = new Promise<string>((resolve) => (end = resolve))
  let reached = (): void => {}
  const isRead = new Promise<void>((resolve) => (reached = resolve))
  let isBegun = false
  const body = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        if (!isBegun) {
          isBegun = true
          return controller.enqueue(bytesOf(begin))
        }
        reached()
        controller.enqueue(bytesOf(await ending))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, isRead, end }
}

describe('an upload through several servers', () => {
  test('goes on at each of them, and becomes an object at any', async () => {
    const [a, b, c] = [await openServer(), await openServer(), await openServer()]
    await a.begin(one, 0)
    expect(await b.append(one, { offset: 0, body: bytesOf('one ') })).toMatchObject({
      sizeBytes: 4,
    })
    expect(await c.stat(one)).toMatchObject({ sizeBytes: 4 })
    const other = { kind: 'other size', sizeBytes: 4 }
    expect(await c.append(one, { offset: 0, body: bytesOf('never') })).toEqual(other)
    expect(await c.append(one, { offset: 4, body: bytesOf('two') })).toMatchObject({ sizeBytes: 7 })
    expect(await a.commit(one, 'blob', { sizeBytes: 4 })).toEqual({ ...other, sizeBytes: 7 })
    expect(await a.commit(one, 'blob', { sizeBytes: 7 })).toEqual({ kind: 'committed' })
    expect(await readText(objects, 'blob')).toBe('one two')
    await b.discard(one)
    expect(await c.stat(one)).toBeNull()
  })

  test('has the digest that was told of all its bytes, and of no others', async () => {
    const [a, b] = [await openServer(), await openServer()]
    await a.begin(one, 0)
    const digest = digestOf('one ')
    await a.append(one, { offset: 0, body: bytesOf('one '), digestAfter: () => digest })
    expect(await b.stat(one)).toMatchObject({ sizeBytes: 4, digest })
    // A refused commit leaves it.
    await b.commit(one, 'blob', { sizeBytes: 9 })
    expect(await b.stat(one)).toMatchObject({ digest })
    await b.append(one, { offset: 4, body: bytesOf('two') })
    expect(await a.stat(one)).not.toHaveProperty('digest')
    const broken = b.append(one, {
      offset: 7,
      body: breakingAfter('three'),
      digestAfter: () => digest,
    })
    await expect(broken).rejects.toThrow('broke off')
    expect(await a.stat(one)).not.toHaveProperty('digest')
  })

  test('takes the bytes of one of two that append at once', async () => {
    const servers = await Promise.all(Array.from({ length: 6 }, () => openServer()))
    await servers[0]?.begin(one, 0)
    let whole = ''
    for (let round = 0; round < 20; round += 1) {
      const offset = whole.length
      const outcomes = await Promise.all(
        servers.map((server, at) => server.append(one, { offset, body: bytesOf(`<${at}>`) })),
      )
      const appended = outcomes.flatMap(({ kind }, at) => (kind === 'appended' ? [at] : []))
      expect(appended.length).toBeLessThanOrEqual(1)
      for (const at of appended) whole += `<${at}>`
      for (const { kind } of outcomes) expect(['appended', 'busy', 'other size']).toContain(kind)
    }
    expect(whole.length).toBeGreaterThan(0)
    const [a] = servers
    expect(a && (await textOf(a))).toBe(whole)
  })

  test('is busy while a body comes in, and is taken over from one that rests for long', async () => {
    const [a, b] = [await openServer(), await openServer()]
    await a.begin(one, 0)
    const { body, isRead, end } = openBody('from a, ')
    const late = a.append(one, { offset: 0, body, digestAfter: () => digestOf('from a, the end') })
    await isRead
    expect(await b.stat(one)).toMatchObject({ isBusy: true })
    expect(await b.append(one, { offset: 0, body: bytesOf('from b') })).toEqual({ kind: 'busy' })
    expect(await b.append(one, { offset: 8, body: bytesOf('from b') })).toEqual({ kind: 'busy' })
    expect(await b.commit(one, 'blob', { sizeBytes: 8 })).toEqual({ kind: 'busy' })
    aheadMs = long
    const { sizeBytes = 0 } = (await b.stat(one)) ?? {}
    expect(sizeBytes).toBe(8)
    expect(await b.append(one, { offset: 8, body: bytesOf('the rest') })).toMatchObject({
      kind: 'appended',
    })
    end('the end')
    expect(await late).toEqual({ kind: 'busy' })
    expect(await textOf(b)).toBe('from a, the rest')
    expect(await b.commit(one, 'blob', { sizeBytes: 16 })).toEqual({ kind: 'committed' })
    expect(await readText(objects, 'blob')).toBe('from a, the rest')
    expect((await readdir(join(root, one))).filter((name) => name.startsWith('data'))).toEqual([])
  })

  test('is not aborted while a body comes in at another server', async () => {
    const [a, b] = [await openServer(), await openServer()]
    await a.begin(one, 0)
    const { body, isRead, end } = openBody('some')
    const late = a.append(one, { offset: 0, body })
    await isRead
    const { lastWrittenAtMs = 0 } = (await b.stat(one)) ?? {}
    expect(await b.abort(one, { unlessModifiedSinceMs: lastWrittenAtMs })).toEqual({
      kind: 'modified',
    })
    end('')
    expect(await late).toMatchObject({ kind: 'appended' })
  })

  test('that was removed meanwhile does not come back', async () => {
    const [a, b] = [await openServer(), await openServer()]
    await a.begin(one, 0)
    const { body, isRead, end } = openBody('some')
    const late = a.append(one, { offset: 0, body })
    await isRead
    await b.discard(one)
    end('more')
    expect(await late).toEqual({ kind: 'busy' })
    expect(await b.stat(one)).toBeNull()
    expect(await readdir(join(root, 'team/_uploads'))).toEqual([])
  })
})

/** Lets a server act until just before its change number `stopAt`, and holds it there. */
function holdAt(stopAt: number) {
  let changes = 0
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let reached = (): void => {}
  const isHeld = new Promise<void>((resolve) => (reached = resolve))
  return {
    isHeld,
    release,
    async before() {
      changes += 1
      if (changes !== stopAt) return
      reached()
      await released
    },
  }
}

/** An act of a server that is paused before its change number `stopAt`. */
type Act = (server: UploadStore) => Promise<{ readonly kind: string }>

const text = 'one two three'
const acts: readonly (readonly [string, Act])[] = [
  [
    'an append',
    (server) =>
      server.append(one, {
        offset: 4,
        body: bytesOf('TWO'),
        digestAfter: () => digestOf('one TWO'),
      }),
  ],
  ['a commit', (server) => server.commit(one, 'blob', { sizeBytes: 4 })],
]

describe.each(acts)('%s that was paused', (name, act) => {
  test.each(
    [1, 2, 3, 4].flatMap((stopAt) => [
      [stopAt, 'told'],
      [stopAt, 'not told'],
    ]),
  )('before change %i spoils nothing of what others did, digests %s', async (stopAt, told) => {
    const b = await openServer()
    const digestAfter = (all: string) => () => (told === 'told' ? digestOf(all) : null)
    await b.begin(one, 0)
    await b.append(one, { offset: 0, body: bytesOf('one '), digestAfter: digestAfter('one ') })
    const { before, isHeld, release } = holdAt(stopAt)
    const a = await openServer(before)
    const paused = act(a)
    const wasHeld = await Promise.race([isHeld.then(() => true), paused.then(() => false)])
    aheadMs = long
    const { sizeBytes = 0 } = (await b.stat(one)) ?? {}
    if (wasHeld) {
      const rest = text.slice(sizeBytes)
      const outcome = await b.append(one, {
        offset: sizeBytes,
        body: bytesOf(rest),
        digestAfter: sizeBytes === 4 ? digestAfter(text) : () => null,
      })
      expect(outcome).toMatchObject({ kind: 'appended' })
    }
    release()
    const { kind } = await paused
    if (name === 'a commit' && kind === 'committed') {
      expect(await readText(objects, 'blob')).toBe('one ')
      return
    }
    const stat = await b.stat(one)
    const has = await textOf(b)
    // All of one of them, and a digest of nothing else.
    expect([text, 'one TWO', 'one TWOo three', 'one TWO three']).toContain(has)
    if (stat?.digest) expect(stat.digest).toBe(digestOf(has))
    for (const file of await readdir(join(root, one))) {
      const [, hex] = /^data\.sha256-(.*)$/.exec(file) ?? []
      const bytes = hex && (await readFile(join(root, one, file), 'utf8'))
      if (bytes !== undefined) expect(digestOf(bytes)).toBe(`sha256:${hex}`)
    }
    if (wasHeld && kind !== 'appended') expect(has.endsWith('three')).toBe(true)
    expect(await readText(objects, 'blob')).toBeNull()
    expect(await b.commit(one, 'blob', { sizeBytes: has.length })).toEqual({ kind: 'committed' })
    expect(await readText(objects, 'blob')).toBe(has)
  })
})
