import { beforeEach, describe, expect, it } from 'vitest'
import { policy as policySchema } from '#contract/jobs/policy.ts'
import type { TagDetails } from '#contract/images/tags.ts'
import {
  contentOf,
  indexOfEntries,
  tinyImage,
  tinyIndex,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import { blobPath, openWorld, revisionPath, type World } from '#testing/data-loss/scenario.ts'

/*
 * An index that lists a platform which its repository lacks is refused, unless the policy accepts
 * it. Its present platforms are kept as under any index; an absent one is neither damage nor looked
 * for in other repositories.
 */

const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const index = tinyIndex({ amd64, arm64 })
const json = { 'Content-Type': 'application/json' }
const policyPath = '/api/v0/garbage-collection/policy'

const put = ({ admin }: World, image: TinyManifest, tag = 'v1') =>
  admin.ask('PUT', `/v2/team/app/manifests/${tag}`, {
    headers: { 'Content-Type': image.mediaType },
    body: image.bytes,
  })

async function accept({ admin }: World, acceptSparseIndexes: boolean): Promise<void> {
  const { json: now } = await admin.ask('GET', policyPath)
  const body = JSON.stringify({ ...policySchema.parse(now), acceptSparseIndexes })
  expect((await admin.ask('PUT', policyPath, { headers: json, body })).status).toBe(200)
}

async function statusOf({ admin }: World, image: TinyManifest, repository = 'team/app') {
  return (await admin.ask('HEAD', `/v2/${repository}/manifests/${image.digest}`)).status
}

async function details({ admin }: World, tag = 'v1') {
  const answer = await admin.ask('GET', `/api/v0/repositories/team/app/tags/${tag}`)
  const { broken, absentPlatforms } = answer.json as TagDetails
  return { broken, absentPlatforms }
}

const isAbsent = [`team/app:${arm64.digest}: 404`]

describe('an index without one of its platforms', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
    await world.push('team/app', amd64)
  })

  const refusal = (missing: string) => ({
    status: 400,
    code: 'MANIFEST_BLOB_UNKNOWN',
    message: expect.stringContaining(missing),
  })

  it('is refused, also if another repository has the platform', async () => {
    expect(await put(world, index)).toMatchObject(refusal(arm64.digest))
    await world.push('other', arm64, 'v1')
    expect(await put(world, index)).toMatchObject(refusal(arm64.digest))
    expect(world.isStored(index)).toBe(false)
  })

  it('is refused again once the policy no longer accepts it', async () => {
    await accept(world, true)
    expect((await put(world, index)).status).toBe(201)
    await accept(world, false)
    expect(await put(world, index, 'v2')).toMatchObject(refusal(arm64.digest))
    expect(await world.holes('team/app', 'v1')).toEqual(isAbsent)
  })

  describe('when the policy accepts it', () => {
    beforeEach(() => accept(world, true))

    it('is accepted, and keeps its platforms through repeated collections of untagged images', async () => {
      expect((await put(world, index)).status).toBe(201)
      for (const untaggedHours of [0, 0]) {
        expect(await world.collect({ untaggedHours, afterHours: 48 })).toMatchObject({
          status: 'done',
          result: {
            removed: { manifests: 0, layers: 0 },
            verification: { tags: 1, wholeTags: 1, broken: [], absentPlatforms: 1 },
          },
        })
      }
      expect(await world.holes('team/app', 'v1')).toEqual(isAbsent)
    })

    it('does not keep the garbage of its repository from being collected', async () => {
      await put(world, index)
      await world.push('team/app', tinyImage({ layers: ['old'] }), 'old')
      await world.remove('team/app', 'old')
      const { result } = await world.collect()
      expect(result?.removed).toMatchObject({ manifests: 1, layers: 1 })
      expect(await world.holes('team/app', 'v1')).toEqual(isAbsent)
    })

    it.each(['bytes of a layer', '{"a":1}'])(
      'does not keep garbage either if it lists a digest that is a blob elsewhere: %s',
      async (text) => {
        await world.push('other', tinyImage({ layers: [text] }), 'v1')
        const listing = indexOfEntries([[amd64.mediaType, contentOf(text)]])
        expect((await put(world, listing)).status).toBe(201)
        await world.push('team/app', tinyImage({ layers: ['old'] }), 'old')
        await world.remove('team/app', 'old')
        const { result } = await world.collect()
        expect(result?.removed).toMatchObject({ manifests: 1, layers: 1 })
        expect(await world.holes('other', 'v1')).toEqual([])
      },
    )

    it('keeps a platform that is pushed later, as any index does', async () => {
      await put(world, index)
      await world.push('team/app', arm64)
      expect(await details(world)).toEqual({ broken: null, absentPlatforms: 0 })
      expect(await world.remove('team/app', arm64.digest)).toMatchObject({
        status: 405,
        message: expect.stringContaining(`is part of ${index.digest}`),
      })
      for (const untaggedHours of [0, 0]) await world.collect({ untaggedHours, afterHours: 48 })
      expect(await world.holes('team/app', 'v1')).toEqual([])
      await world.remove('team/app', 'v1')
      expect((await world.restore()).status).toBe(204)
      expect(await world.holes('team/app', 'v1')).toEqual([])
    })

    it('serves nothing that only another repository has, also after a restore', async () => {
      await world.push('other', arm64, 'v1')
      await put(world, index)
      expect(await statusOf(world, arm64)).toBe(404)
      expect(await details(world)).toEqual({ broken: null, absentPlatforms: 1 })
      await world.remove('team/app', 'v1')
      expect((await world.restore()).status).toBe(204)
      expect(await statusOf(world, arm64)).toBe(404)
      await world.remove('other', 'v1')
      await world.collect({ untaggedHours: 0, afterHours: 48 })
      expect(await statusOf(world, arm64, 'other')).toBe(404)
      expect(await world.holes('team/app', 'v1')).toEqual(isAbsent)
    })

    it.each([true, false])(
      'is restored unchanged; the policy still accepts it: %s',
      async (isStill) => {
        await put(world, index)
        expect((await world.remove('team/app', 'v1')).status).toBe(202)
        await accept(world, isStill)
        expect((await world.restore()).status).toBe(204)
        await world.collect({ untaggedHours: 0, afterHours: 48 })
        expect(await world.holes('team/app', 'v1')).toEqual(isAbsent)
      },
    )

    it('is deleted with its platforms, but without those that another tag needs', async () => {
      await put(world, index)
      await world.push('team/app', arm64, 'arm64')
      await world.remove('team/app', 'v1')
      const { result } = await world.collect()
      expect(result?.removed).toMatchObject({ manifests: 2 })
      expect(world.isStored(amd64)).toBe(false)
      expect(await world.holes('team/app', 'arm64')).toEqual([])
    })

    it('is not whole once the policy no longer accepts it', async () => {
      await put(world, index)
      await accept(world, false)
      const reason = `${arm64.digest} is missing`
      const { result } = await world.collect()
      expect(result?.verification).toEqual({
        tags: 1,
        wholeTags: 0,
        broken: [{ repository: 'team/app', tag: 'v1', digest: index.digest, reason }],
      })
      expect(await details(world)).toEqual({ broken: reason, absentPlatforms: 1 })
    })

    it('is damaged if a platform is linked but its bytes are gone', async () => {
      await put(world, index)
      await world.damage(blobPath(amd64), null)
      const reason = `${amd64.digest} is missing`
      expect(await details(world)).toEqual({ broken: reason, absentPlatforms: 1 })
      const { result } = await world.collect()
      expect(result?.verification?.broken).toMatchObject([{ tag: 'v1', reason }])
      // No further index over it is accepted: a damaged platform is not an absent one.
      const other = tinyIndex({ amd64 })
      expect(await put(world, other, 'v2')).toMatchObject(refusal(amd64.digest))
    })

    it('may be listed by an index itself, and have none of its platforms', async () => {
      const bare = tinyIndex({ arm64 })
      expect((await put(world, bare, 'bare')).status).toBe(201)
      expect((await put(world, tinyIndex({ bare, amd64 }), 'outer')).status).toBe(201)
      const { result } = await world.collect({ untaggedHours: 0, afterHours: 48 })
      expect(result?.verification).toMatchObject({ wholeTags: 2, absentPlatforms: 1 })
      expect(await world.holes('team/app', 'outer')).toEqual(isAbsent)
      expect(await details(world, 'outer')).toEqual({ broken: null, absentPlatforms: 1 })
    })

    it.each([
      ['an image without a layer', tinyImage({ layers: ['base', 'nowhere'] }), 'nowhere'],
      [
        'an index without a blob',
        indexOfEntries([['application/vnd.oci.image.layer.v1.tar+gzip', contentOf('nowhere')]]),
        'nowhere',
      ],
      [
        'an index that lists the same as a platform and as a blob',
        indexOfEntries([
          ['application/vnd.oci.image.layer.v1.tar+gzip', contentOf('nowhere')],
          [amd64.mediaType, contentOf('nowhere')],
        ]),
        'nowhere',
      ],
    ])('is the only exception: %s is refused', async (_, manifest, text) => {
      expect(await put(world, manifest)).toMatchObject(refusal(contentOf(text).digest))
    })

    it('is refused if a present platform has another size', async () => {
      const text = new TextDecoder().decode(index.bytes)
      const lying = contentOf(text.replace(`"size":${amd64.bytes.length}`, '"size":9'))
      const answer = await put(world, { ...index, ...lying })
      expect(answer).toMatchObject({ status: 400, code: 'MANIFEST_INVALID' })
    })

    it('looks the same as an index that lost the link to a platform', async () => {
      await world.push('team/app', arm64)
      await put(world, index)
      await world.damage(revisionPath('team/app', arm64), null)
      expect(await details(world)).toEqual({ broken: null, absentPlatforms: 1 })
      // Its bytes stay all the same, so that a new link restores it.
      await world.collect({ untaggedHours: 0, afterHours: 48 })
      for (const content of [arm64, ...arm64.blobs]) expect(world.isStored(content)).toBe(true)
    })
  })
})
