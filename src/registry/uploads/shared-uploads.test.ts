import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileStores } from '#adapters/filesystem/file-stores.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Bytes } from '#storage/bytes.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName, valueOf } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const bytes = (text: string): Bytes => new TextEncoder().encode(text)

let root = ''
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-uploads-')))
})
afterEach(() => rm(root, { recursive: true }))

/** Servers over one folder, and how often they read bytes of an upload back. */
async function openServers(count: number) {
  const reads: number[] = []
  const servers = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const stores = await openFileStores({ root, durable: false, isShared: true })
      return openTestRegistry({
        ...stores,
        uploadStore: {
          ...stores.uploadStore,
          read(upload) {
            reads.push(at)
            return stores.uploadStore.read(upload)
          },
        },
        createDigester,
        createId: () => `upload-${at}`,
      })
    }),
  )
  const at = (position: number) => {
    const server = servers[position]
    if (server === undefined) throw new Error('there is no such server')
    return server
  }
  return { at, reads }
}

const sha512 = (text: string): Digest => {
  const digester = createDigester('sha512')
  digester.update(bytes(text))
  return digester.digest()
}

describe('an upload through several servers', () => {
  test('begun, sent and finished at one each, is hashed as it passes', async () => {
    const { at, reads } = await openServers(3)
    const blob = contentOf('all of it')
    const { id } = await at(0).uploads.start(app)
    valueOf(await at(1).uploads.append(app, id, { body: bytes('all of it') }))
    expect(await at(2).uploads.status(app, id)).toEqual({ id, sizeBytes: 9 })
    expect(valueOf(await at(2).uploads.finish(app, id, blob.digest))).toMatchObject({
      sizeBytes: 9,
    })
    expect(reads).toEqual([])
    expect(await at(0).blobs.head(app, blob.digest)).toMatchObject({ sizeBytes: 9 })
    for (const server of [at(0), at(1), at(2)]) {
      expect(await server.uploads.status(app, id)).toBeNull()
    }
  })

  test('whose bytes came through several is read back once', async () => {
    const { at, reads } = await openServers(3)
    const blob = contentOf('part one, part two, part three')
    const { id } = await at(0).uploads.start(app)
    valueOf(await at(0).uploads.append(app, id, { body: bytes('part one, ') }))
    valueOf(await at(1).uploads.append(app, id, { body: bytes('part two, ') }))
    const chunk = { body: bytes('part three'), offset: 20 }
    expect(valueOf(await at(2).uploads.finish(app, id, blob.digest, chunk))).toMatchObject({
      sizeBytes: 30,
    })
    expect(reads).toEqual([2])
    const read = await at(1).blobs.open(app, blob.digest)
    expect(read && (await new Response(read.body).text())).toBe('part one, part two, part three')
  })

  test('goes on at a server that hashed its beginning, after another went on', async () => {
    const { at } = await openServers(2)
    const blob = contentOf('abc')
    const { id } = await at(0).uploads.start(app)
    for (const [server, text] of [
      [0, 'a'],
      [1, 'b'],
      [0, 'c'],
    ] as const) {
      valueOf(await at(server).uploads.append(app, id, { body: bytes(text) }))
    }
    expect((await at(0).uploads.finish(app, id, blob.digest)).ok).toBe(true)
  })

  test('is not taken for another blob, also by the digest that was kept', async () => {
    const { at } = await openServers(2)
    const { id } = await at(0).uploads.start(app)
    valueOf(await at(0).uploads.append(app, id, { body: bytes('these') }))
    expect(await at(1).uploads.finish(app, id, contentOf('those').digest)).toMatchObject({
      refusal: { code: 'DIGEST_INVALID' },
    })
    expect(await at(0).uploads.status(app, id)).toBeNull()
    expect(await at(0).blobs.head(app, contentOf('these').digest)).toBeNull()
  })

  test('of a digest that is not kept is read back', async () => {
    const { at, reads } = await openServers(2)
    const { id } = await at(0).uploads.start(app)
    valueOf(await at(0).uploads.append(app, id, { body: bytes('these') }))
    expect((await at(1).uploads.finish(app, id, sha512('these'))).ok).toBe(true)
    expect(reads).toEqual([1])
  })

  test('is refused at one server while another reads its body, and says so', async () => {
    const { at } = await openServers(2)
    const { id } = await at(0).uploads.start(app)
    let end = (): void => {}
    const ending = new Promise<void>((resolve) => (end = resolve))
    let begun = (): void => {}
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    let parts = 0
    const body = new ReadableStream<Bytes>(
      {
        async pull(controller) {
          parts += 1
          if (parts === 1) return controller.enqueue(bytes('first '))
          begun()
          await ending
          controller.enqueue(bytes('last'))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const first = at(0).uploads.append(app, id, { body })
    await isBegun
    const busy = {
      refusal: {
        code: 'RANGE_INVALID',
        message: expect.stringContaining('another request is writing'),
        status: { id, sizeBytes: 6 },
      },
    }
    const { digest } = contentOf('first last')
    expect(await at(1).uploads.append(app, id, { body: bytes('x') })).toMatchObject(busy)
    expect(await at(1).uploads.append(app, id, { body: bytes('x'), offset: 6 })).toMatchObject(busy)
    // It is not read while it grows, and so not thrown away for a wrong digest.
    expect(await at(1).uploads.finish(app, id, digest)).toMatchObject(busy)
    end()
    expect(valueOf(await first)).toEqual({ id, sizeBytes: 10 })
    expect((await at(1).uploads.finish(app, id, digest)).ok).toBe(true)
  })

  test('is canceled at any, and cleaned up once', async () => {
    const { at } = await openServers(2)
    const { id } = await at(0).uploads.start(app)
    valueOf(await at(0).uploads.append(app, id, { body: bytes('these') }))
    expect(await at(1).uploads.cancel(app, id)).toBe(true)
    expect(await at(0).uploads.cancel(app, id)).toBe(false)
  })
})
