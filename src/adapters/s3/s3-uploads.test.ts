import { createHash, randomFillSync } from 'node:crypto'
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '#domain/values/digest.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { UploadPrefix, UploadStore } from '#storage/upload-store.ts'
import { bucketOfTests, createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { bytesOf, places, readText } from '#testing/conformance/object-store/samples.ts'
import { removeLeftOverParts } from './left-over-parts.ts'

const week = 7 * 86_400_000
const MiB = 1024 * 1024
const limits = { partBytes: 5 * MiB, copyWholeBytes: 5 * MiB, copyPartBytes: 10 * MiB }
const uploads = 'docker/registry/v2/repositories/team/app/_uploads/'
const one: UploadPrefix = `${uploads}one/`

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const random = (length: number): Bytes => randomFillSync(new Uint8Array(length))

async function digestOfStream(body: ReadableStream<Bytes> | undefined | null): Promise<string> {
  return digestOf(new Uint8Array(await new Response(body).arrayBuffer()))
}

/** A body that fails once so many bytes were read. */
function breakingAt(bytes: Bytes): ReadableStream<Bytes> {
  let at = 0
  return new ReadableStream<Bytes>({
    pull(controller) {
      if (at >= bytes.length) return controller.error(new Error('the client broke off'))
      controller.enqueue(bytes.subarray(at, at + 100_000))
      at += 100_000
    },
  })
}

async function appendAll(store: UploadStore, chunks: readonly Bytes[], from = 0): Promise<void> {
  let offset = from
  for (const body of chunks) {
    const answer = await store.append(one, { offset, body: new Blob([body]).stream() })
    offset += body.length
    expect(answer).toEqual({ kind: 'appended', sizeBytes: offset })
  }
}

describe.skipIf(!hasCeph())('uploads to a bucket', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  test('become one object, of whatever sizes their chunks are', async () => {
    const { objects, uploadStore } = await world.open({ limits })
    await uploadStore.begin(one, 0)
    const sizes = [1, MiB, 3 * MiB, 2 * MiB, 0, 12 * MiB + 7, 5, MiB, 5 * MiB]
    const chunks = sizes.map(random)
    await appendAll(uploadStore, chunks)
    const digest = digestOf(Buffer.concat(chunks))
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
    expect(await digestOfStream(await uploadStore.read(one))).toBe(digest)
    expect(await uploadStore.commit(one, 'blob', { sizeBytes })).toEqual({ kind: 'committed' })
    const blob = await objects.get('blob')
    expect(blob?.sizeBytes).toBe(sizeBytes)
    expect(await digestOfStream(blob?.body)).toBe(digest)
    await uploadStore.discard(one)
    expect(await places(objects)).toEqual(['blob'])
  })

  test('continue where a body broke off, with the parts that were sent', async () => {
    const { objects, uploadStore } = await world.open({ limits })
    await uploadStore.begin(one, 0)
    const bytes = random(12 * MiB)
    await appendAll(uploadStore, [bytes.subarray(0, 10)])
    const broken = breakingAt(bytes.subarray(10))
    await expect(uploadStore.append(one, { offset: 10, body: broken })).rejects.toThrow('broke off')
    const { sizeBytes = 0 } = (await uploadStore.stat(one)) ?? {}
    expect(sizeBytes).toBe(10 * MiB)
    await appendAll(uploadStore, [bytes.subarray(sizeBytes)], sizeBytes)
    await uploadStore.commit(one, 'blob', { sizeBytes: bytes.length })
    expect(await digestOfStream((await objects.get('blob'))?.body)).toBe(digestOf(bytes))
  })

  test('take no bytes of an attempt that others have replaced', async () => {
    const settings = world.newSettings()
    const proxy = await world.newProxy()
    const direct = await world.open({ settings })
    const lossy = await world.open({
      settings: { ...settings, endpoint: proxy.endpoint },
      limits: { attempts: 1, requestMs: 1000 },
    })
    await lossy.uploadStore.begin(one, 0)
    await lossy.uploadStore.append(one, { offset: 0, body: bytesOf('one ') })
    const gate = new AbortController()
    const opened = new Promise((resolve) => gate.signal.addEventListener('abort', resolve))
    proxy.decide(({ method, path }) =>
      method === 'PUT' && path.includes('/state') ? { heldUntil: opened } : 'passes',
    )
    const late = lossy.uploadStore.append(one, { offset: 4, body: bytesOf('late') })
    await expect(late).rejects.toMatchObject({ code: 'FAILED' })
    await direct.uploadStore.append(one, { offset: 4, body: bytesOf('two') })
    gate.abort()
    await proxy.drained()
    expect(await new Response(await direct.uploadStore.read(one)).text()).toBe('one two')
    await direct.uploadStore.commit(one, 'blob', { sizeBytes: 7 })
    expect(await readText(direct.objects, 'blob')).toBe('one two')
  })

  test('of two servers that append at once take the bytes of one', async () => {
    const settings = world.newSettings()
    const [a, b] = [await world.open({ settings }), await world.open({ settings })]
    await a.uploadStore.begin(one, 0)
    const begin = bytesOf('one ')
    const digest = `sha256:${digestOf(begin)}` as Digest
    await a.uploadStore.append(one, { offset: 0, body: begin, digestAfter: () => digest })
    expect(await b.uploadStore.stat(one)).toMatchObject({ sizeBytes: 4, digest })
    const outcomes = await Promise.all(
      [a, b].map(({ uploadStore }, at) =>
        uploadStore.append(one, { offset: 4, body: bytesOf(`from ${at}`) }),
      ),
    )
    const kinds = outcomes.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'appended')).toHaveLength(1)
    const [refused] = kinds.filter((kind) => kind !== 'appended')
    expect(['busy', 'other size']).toContain(refused)
    const text = `one from ${kinds.indexOf('appended')}`
    expect(await new Response(await b.uploadStore.read(one)).text()).toBe(text)
    expect(await b.uploadStore.stat(one)).not.toHaveProperty('digest')
    await b.uploadStore.commit(one, 'blob', { sizeBytes: text.length })
    expect(await readText(a.objects, 'blob')).toBe(text)
  })

  test('leave parts only as long as something may need them', async () => {
    const settings = { ...world.newSettings(), prefix: '' }
    const { bucket, uploadStore } = await world.open({ settings })
    const began = async (key: string) => {
      const where = { Bucket: bucketOfTests, Key: key }
      await world.client.send(new CreateMultipartUploadCommand(where))
      return key
    }
    await uploadStore.begin(one, 0)
    const needed = await began(`${one}data`)
    await began(`${uploads}gone/data`)
    await began('docker/registry/v2/blobs/sha256/00/00/data')
    const strange = await began('elsewhere/docker/registry/v2/blobs/data')
    const left = async () => {
      const answer = await world.client.send(
        new ListMultipartUploadsCommand({ Bucket: bucketOfTests }),
      )
      return (answer.Uploads ?? []).map(({ Key = '' }) => Key).toSorted()
    }
    expect(await removeLeftOverParts(bucket, Date.now() + week - 60_000)).toBe(0)
    expect(await left()).toHaveLength(4)
    expect(await removeLeftOverParts(bucket, Date.now() + week + 60_000)).toBe(2)
    expect(await left()).toEqual([needed, strange].toSorted())
  })
})
