import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourceOfStream } from '#adapters/filesystem/file-stream.ts'
import { createFileObjectStore } from '#adapters/filesystem/file-object-store.ts'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'
import type { ObjectPart, ObjectStore } from '#storage/object-store.ts'
import { countingStore } from '#storage/wrappers/counting-store.ts'
import { dryRunStore } from '#storage/wrappers/dry-run-store.ts'
import { failingObjectStore } from '#testing/faults/failing-object-store.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'

const content = new Uint8Array(1_500_001).map((_, at) => at % 253)
const key = 'blobs/data'

let root = ''
let store: ObjectStore
let server: HttpServer
/** The bodies that the engine gave the server to send. */
let sent: ReadableStream[] = []

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-pull-')))
  const storage = await createDiskFileTree({ root, durable: false })
  store = createFileObjectStore({ root, storage })
  await store.put(key, content)
  sent = []
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    async api(request) {
      const [, start, end] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('Range') ?? '') ?? []
      const part: ObjectPart | undefined =
        start === undefined
          ? undefined
          : start === ''
            ? { suffix: Number(end) }
            : { start: Number(start), ...(end ? { end: Number(end) } : {}) }
      const found = await store.get(key, part)
      if (!found?.range) return new Response(null, { status: 416 })
      sent.push(found.body)
      const length = found.range.end - found.range.start + 1
      return new Response(found.body, { headers: { 'Content-Length': String(length) } })
    },
    dashboard: () => new Response('the dashboard'),
    fail: (error) => {
      throw error
    },
  })
})
afterEach(async () => {
  await server.close(0)
  await rm(root, { recursive: true })
})

async function pull(range?: string): Promise<Uint8Array> {
  const headers = range === undefined ? undefined : { Range: range }
  const answer = await fetch(`${server.origin}/v2/team/app/blobs/sha256:abc`, { headers })
  return new Uint8Array(await answer.arrayBuffer())
}

it('a pull through every wrapper of a store is sent from reused buffers', async () => {
  const fault = { call: 'get', nth: Infinity, how: 'fails' } as const
  store = countingStore(failingObjectStore(dryRunStore(store), fault).store).store
  expect(sourceOfStream((await store.get(key))?.body ?? new ReadableStream())).toMatchObject({
    start: 0,
  })
  for (const [range, start, end] of [
    [undefined, 0, content.length],
    ['bytes=100000-700000', 100_000, 700_001],
    ['bytes=1400000-', 1_400_000, content.length],
    ['bytes=-300001', 1_200_000, content.length],
  ] as const) {
    expect(Buffer.compare(await pull(range), content.subarray(start, end))).toBe(0)
  }
  expect(sent).toHaveLength(4)
  // A body read as a stream would be locked, and would take a new buffer for each chunk.
  expect(sent.map((body) => body.locked)).toEqual([false, false, false, false])
})

it('a pull through a wrapper that touches the body is not', async () => {
  const inner = store
  store = {
    ...inner,
    async get(...call) {
      const found = await inner.get(...call)
      return found && { ...found, body: found.body.pipeThrough(new TransformStream()) }
    },
  }
  expect(Buffer.compare(await pull(), content)).toBe(0)
  expect(sent.map((body) => body.locked)).toEqual([true])
})

it('a blob of a registry is sent so, whole or in part', async () => {
  const storage = await createDiskFileTree({ root, durable: false })
  const registry = openTestRegistry({ storage, objects: createFileObjectStore({ root, storage }) })
  const layer = contentOf('a layer')
  await registry.pushBlob('team/app', layer)
  const open = (part?: ObjectPart) =>
    registry.blobs.open(repositoryName('team/app'), layer.digest, part)
  for (const [blob, start] of [
    [await open(), 0],
    [await open({ start: 2 }), 2],
    [await open({ suffix: 3 }), 4],
  ] as const) {
    expect(sourceOfStream(blob?.body ?? new ReadableStream())).toMatchObject({ start })
  }
})
