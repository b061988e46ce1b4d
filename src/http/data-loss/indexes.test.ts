import { beforeEach, describe, expect, it } from 'vitest'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { openWorld, type World } from '#testing/data-loss/scenario.ts'

/*
 * Ways in which docker-registry 2.8 and 3.0 lose images, or keep garbage for ever; each with what
 * happens here instead. The letters are those of the list that they were verified by.
 */

const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const inner = tinyIndex({ amd64, arm64 })
const outer = tinyIndex({ all: inner })
const platforms = [amd64, arm64]

describe('images of several platforms', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
    for (const platform of platforms) await world.push('team/app', platform)
    await world.push('team/app', inner, 'v1')
  })

  it('(a) a tagged index keeps its platforms when untagged images are collected', async () => {
    for (const untaggedHours of [0, 0]) await world.collect({ untaggedHours, afterHours: 48 })
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('(a) a tagged index of indexes keeps its platforms too', async () => {
    await world.push('team/app', outer, 'v2')
    await world.remove('team/app', 'v1')
    await world.collect({ untaggedHours: 0, afterHours: 48 })
    expect(await world.holes('team/app', 'v2')).toEqual([])
  })

  it('(l) a platform of a tagged index cannot be deleted by itself', async () => {
    const answer = await world.remove('team/app', amd64.digest)
    expect(answer).toMatchObject({
      status: 405,
      message: expect.stringContaining(`is part of ${inner.digest}`),
    })
    await world.collect()
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('(m) deleting an index deletes its platforms, and a collection frees their bytes', async () => {
    expect((await world.remove('team/app', 'v1')).status).toBe(202)
    const { result } = await world.collect()
    expect(result?.removed).toMatchObject({ manifests: 3, layers: 4 })
    expect(world.paths('docker/registry/v2/blobs')).toEqual([])
    expect(world.paths('docker/registry/v2/repositories')).toEqual([])
  })

  it('(m) an index can be restored with all its platforms until a collection', async () => {
    await world.remove('team/app', 'v1')
    expect((await world.restore()).status).toBe(204)
    await world.collect({ untaggedHours: 0, afterHours: 48 })
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('(m) a platform with its own tag stays when its index is deleted', async () => {
    await world.push('team/app', amd64, 'v1-amd64')
    await world.remove('team/app', 'v1')
    await world.collect({ untaggedHours: 0, afterHours: 48 })
    expect(await world.holes('team/app', 'v1-amd64')).toEqual([])
    expect(world.isStored(arm64)).toBe(false)
  })
})

describe('images with several tags', () => {
  const image = tinyImage({ layers: ['app'] })

  it('(d) deleting one tag leaves the others', async () => {
    const world = await openWorld()
    await world.push('team/app', image, 'v1', 'v2')
    expect((await world.remove('team/app', 'v2')).status).toBe(202)
    await world.collect()
    expect(await world.holes('team/app', 'v1')).toEqual([])
    expect(await world.holes('team/app', 'v2')).not.toEqual([])
  })

  it('(d) deleting by digest takes every tag, and restoring brings each back', async () => {
    const world = await openWorld()
    await world.push('team/app', image, 'v1', 'v2')
    expect((await world.remove('team/app', image.digest)).status).toBe(202)
    expect(await world.holes('team/app', 'v1')).not.toEqual([])
    expect((await world.restore()).status).toBe(204)
    await world.collect()
    for (const tag of ['v1', 'v2']) expect(await world.holes('team/app', tag)).toEqual([])
  })
})
