import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { compareKeys } from '#storage/key-order.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { runCollection } from '#gc/run.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import { blobFile, revisionLink, tagHistoryLink, tagLink } from '#registry/layout.ts'
import { createSnapshotScanner } from '#registry/inventory/snapshot-scanner.ts'
import type { Prefix } from '#storage/object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import type { S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf, listAll, putAll } from '#testing/conformance/object-store/samples.ts'
import { listAllObjects, textBetween } from './list-all.ts'
import { createStoreSnapshot } from './store-snapshot.ts'

const root = 'docker/registry/v2'
const isList = ({ path }: S3Request) => path.includes('list-type=2')
const isGet = (request: S3Request) => request.method === 'GET' && !isList(request)

const collect = ({ reader, remover, clock }: TestRegistry, dryRun: boolean) =>
  runCollection({
    reader,
    remover,
    writers: null,
    clock,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, collectUntagged: true },
    dryRun,
  })

test('a text between two is between them', () => {
  const text = fc.string({
    unit: fc.constantFrom(' ', '/', '0', '1', '9', 'a', 'f', 'z', '~', 'é'),
  })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [after, end] = compareKeys(one, other) < 0 ? [one, other] : [other, one]
      const middle = textBetween(after, end)
      if (middle === null) return
      expect([compareKeys(after, middle), compareKeys(middle, end)]).toEqual([-1, -1])
    }),
  )
  expect(textBetween('blobs/sha256/3f', 'blobs/sha256~')).not.toBeNull()
})

describe.skipIf(!hasCeph())('of a bucket', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  async function openWatched() {
    const proxy = await world.newProxy()
    const settings = { ...world.newSettings(), endpoint: proxy.endpoint }
    const stores = await world.open({ settings })
    const { bucket, objects, uploadStore } = stores
    const registry = openTestRegistry({
      storage: createMemoryFileTree(),
      objects,
      uploadStore,
      createDigester,
      manifestCache: { writerVersion: 'a', persist: true },
      // All of it is older than any age.
      clock: { nowMs: () => Date.now() + 40 * 86_400_000 },
      openStoreScanner: () =>
        createSnapshotScanner(createStoreSnapshot(bucket, objects), createDigester),
    })
    return { ...stores, proxy, registry }
  }

  test('a list in several places at once has all of it, in order', async () => {
    const { bucket, objects, proxy } = await openWatched()
    const keys = Array.from({ length: 230 }, (_, at) => {
      const hex = ((at * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
      return at % 3 === 0 ? `p/team/${hex}/link` : `p/blobs/${hex}/data`
    })
    await putAll(objects, [...keys, 'p', 'p-', 'p0', 'q/x'])
    const sorted = keys.toSorted(compareKeys)
    for (const atOnce of [1, 3, 8]) {
      proxy.requests.length = 0
      const options = { atOnce, pagesBeforeSplit: 2, keysInPage: 7 }
      const found = await listAllObjects(bucket, 'p/', options)
      expect(found.map(({ key }) => key)).toEqual(sorted)
      const pages = Math.ceil(keys.length / 7)
      expect(proxy.requests.length).toBeLessThanOrEqual(atOnce === 1 ? pages : 1.5 * pages)
    }
    let answered = 0
    proxy.decide(() => ((answered += 1) > 20 ? { status: 403, body: '' } : 'passes'))
    await expect(
      listAllObjects(bucket, 'p/', { atOnce: 8, pagesBeforeSplit: 2, keysInPage: 7 }),
    ).rejects.toMatchObject({ code: 'DENIED' })
  })

  test('a snapshot answers as the store does', async () => {
    const { bucket, objects } = await openWatched()
    const keys = ['a-b/1', 'a.b', 'a/2', 'a/b/3', 'a0', 'é/x', '\u{1F600}/y'].map(
      (key) => `${root}/repositories/${key}`,
    )
    await putAll(objects, [...keys, `${root}/blobs/sha256/aa/data`, 'elsewhere/z'])
    const { reader, forget } = createStoreSnapshot(bucket, objects)
    const prefixes: Prefix[] = ['', 'elsewhere/', `${root}/`, `${root}/repositories/`]
    prefixes.push(`${root}/repositories/a/`, `${root}/repositories/nowhere/`, `${root}/blobs/`)
    for (const prefix of prefixes) {
      for (const delimiter of ['/', undefined] as const) {
        for (const after of [undefined, `${root}/repositories/a/`, keys[2]]) {
          const how = { ...(delimiter && { delimiter }), ...(after && { after }) }
          const listed = await listAll({ ...objects, ...reader }, prefix, how)
          expect(listed, JSON.stringify([prefix, how])).toEqual(await listAll(objects, prefix, how))
        }
      }
    }
    const asked = [...keys, `${root}/repositories/a`, `${root}/repositories/zz`]
    expect(await reader.headMany(asked)).toEqual(await objects.headMany(asked))
    await objects.put(`${root}/repositories/new`, bytesOf('1'))
    const isThere = async () => (await reader.headMany([`${root}/repositories/new`]))[0]?.kind
    expect(await isThere()).toBe('absent')
    forget()
    expect(await isThere()).toBe('found')
  })

  test('a plan costs a request for a thousand keys, and one for each manifest', async () => {
    const { registry, proxy, objects, bucket } = await openWatched()
    const team = repositoryName('team/app')
    const images = Array.from({ length: 12 }, (_, at) =>
      tinyImage({ layers: [`layer ${at}`, 'base'] }),
    )
    for (const [at, image] of images.entries()) {
      await registry.push('team/app', image, `v${at % 9}`)
    }
    proxy.requests.length = 0
    const { result } = await collect(registry, true)
    expect(result.failures).toEqual([])
    expect(result.planned.manifests).toBe(3)
    // Where the tags point is told by the lists.
    // One more asks for what is remembered.
    expect(proxy.requests.filter(isGet)).toHaveLength(1 + images.length)
    expect(proxy.requests.length - images.length).toBeLessThanOrEqual(24)

    // The next plan reads none, also none of images that were deleted.
    const [deleted] = images
    if (deleted === undefined) throw new Error('no images')
    await objects.deleteMany([revisionLink(team, deleted.digest)])
    await collect(registry, true)
    proxy.requests.length = 0
    const { result: next } = await collect(registry, true)
    expect(next.planned.manifests).toBe(3)
    expect(proxy.requests.filter(isGet)).toHaveLength(1)
    expect(proxy.requests.length).toBeLessThanOrEqual(20)

    // A link that its tag's history lacks is read.
    const other = tinyImage({ layers: ['layer of other'] })
    await registry.push('team/app', other)
    await objects.put(tagLink(team, tagName('v8')), bytesOf(other.digest))
    const snapshot = createStoreSnapshot(bucket, objects)
    const key = tagLink(team, tagName('v8'))
    proxy.requests.length = 0
    const [read] = await snapshot.reader.getMany([key], { maximumBytes: 256 })
    expect(read).toMatchObject({ kind: 'found', bytes: bytesOf(other.digest) })
    expect(proxy.requests.filter(isGet)).toHaveLength(1)
    const live = await objects.getMany([key], { maximumBytes: 256 })
    expect([read]).toEqual(live)
    expect(await objects.headMany([tagHistoryLink(team, tagName('v8'), other.digest)])).toEqual([
      { kind: 'absent' },
    ])
  })

  test('a run removes what it planned, and its verification sees what is left', async () => {
    const { registry, proxy, objects } = await openWatched()
    const [kept, gone] = [
      tinyImage({ layers: ['kept', 'base'] }),
      tinyImage({ layers: ['gone', 'base'] }),
    ]
    await registry.push('team/app', kept, 'kept')
    await registry.push('team/app', gone, 'gone')
    await registry.push('team/app', kept, 'gone')
    proxy.requests.length = 0
    const { result } = await collect(registry, false)
    expect(result.failures).toEqual([])
    expect(result.removed.manifests).toBe(1)
    expect(await registry.pulls('team/app', 'kept')).toBe(true)
    const [head] = await objects.headMany([blobFile(gone.digest)])
    expect(head).toEqual({ kind: 'absent' })
    expect(result.verification?.broken).toEqual([])
    await objects.deleteMany([blobFile(kept.digest)])
    const { broken } = await verifyStore({
      reader: registry.reader,
      clock: registry.clock,
      pause: () => Promise.resolve(),
    })
    // Both tags point at it.
    expect(broken).toHaveLength(2)
  })
})
