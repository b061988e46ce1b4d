import { beforeEach, describe, expect, it } from 'vitest'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  blobPath,
  openWorld,
  repositoriesPath,
  revisionPath,
  tagPath,
  type World,
} from '#testing/data-loss/scenario.ts'

/** How other broken content can lose images, or prevent a collection. */

const image = tinyImage({ layers: ['base', 'app'] })
const other = tinyImage({ layers: ['base', 'other'] })
const garbage = contentOf('garbage')

describe('broken content in one repository', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
    await world.push('team/app', image, 'v1')
    await world.push('team/other', other, 'v1')
    await world.admin.pushBlob('team/other', garbage)
  })

  const untagged = { untaggedHours: 0, afterHours: 48 } as const
  const policies = [{}, untagged] as const

  /**
   * Expects that the image's bytes are there, the other repository is whole, and its garbage is
   * gone.
   */
  async function expectOnlyGarbageGone(says: string): Promise<void> {
    for (const policy of policies) {
      const job = await world.collect(policy)
      expect(job).toMatchObject({ status: 'done', error: null })
      const log = await world.api.services.state.jobs.log(job.id, 0, 100)
      expect(log.map(({ data }) => data).join('\n')).toContain(says)
      for (const blob of image.blobs) expect(world.isStored(blob)).toBe(true)
      expect(await world.holes('team/other', 'v1')).toEqual([])
      expect(world.isStored(garbage)).toBe(false)
    }
  }

  it('(i) an empty link of a manifest counts as a whole one, and the run names it', async () => {
    await world.damage(revisionPath('team/app', image), '')
    await expectOnlyGarbageGone(`team/app: manifest ${image.digest}: its link is empty`)
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('(i) an empty manifest keeps its layers, and a push repairs it', async () => {
    await world.damage(blobPath(image), '')
    await expectOnlyGarbageGone(`team/app: the manifest ${image.digest} cannot be read`)
    await world.push('team/app', { ...image, blobs: [] }, 'v1')
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('(i) a manifest of an unknown kind keeps everything that it may need', async () => {
    await world.damage(blobPath(image), '{"schemaVersion":9,"mediaType":"application/x.new"}')
    await expectOnlyGarbageGone(`team/app: the manifest ${image.digest} cannot be read`)
  })

  it('(j) an empty link of a tag keeps every image that it may have pointed at', async () => {
    await world.damage(tagPath('team/app', 'v1'), '')
    await expectOnlyGarbageGone('team/app: tag v1: its link is empty')
    expect(await world.holes('team/app', image.digest)).toEqual([])
  })

  it('(k) a missing manifest keeps its layers, and a push repairs it', async () => {
    await world.damage(blobPath(image), null)
    await expectOnlyGarbageGone(`team/app: the manifest ${image.digest} is missing`)
    await world.push('team/app', { ...image, blobs: [] }, 'v1')
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })
})

describe('unusual repositories', () => {
  it('(g) a tagged empty index stays in a repository without layers', async () => {
    const world = await openWorld()
    const nothing = tinyIndex({})
    await world.push('team/lists', nothing, 'v1')
    expect(world.paths(`${repositoriesPath}/team/lists/_layers`)).toEqual([])
    for (const untaggedHours of [undefined, 0]) {
      const job = await world.collect({ untaggedHours, afterHours: 48 })
      expect(job.status).toBe('done')
      expect(await world.holes('team/lists', 'v1')).toEqual([])
    }
    const { json } = await world.admin.ask('GET', '/v2/_catalog')
    expect(json).toEqual({ repositories: ['team/lists'] })
  })

  it('(h) images pushed by digest alone stay, and do not stop a collection', async () => {
    const world = await openWorld()
    await world.push('team/digests', image)
    await world.push('team/other', other, 'v1')
    await world.admin.pushBlob('team/other', garbage)
    const job = await world.collect({ afterHours: 48 })
    expect(job.status).toBe('done')
    expect(world.isStored(garbage)).toBe(false)
    expect(await world.holes('team/digests', image.digest)).toEqual([])
  })

  it('(h) a collection of untagged images keeps the young, and removes the old without leftovers', async () => {
    const world = await openWorld()
    await world.push('team/digests', image)
    await world.push('team/other', other, 'v1')
    await world.collect({ untaggedHours: 24, afterHours: 23 })
    expect(await world.holes('team/digests', image.digest)).toEqual([])
    await world.collect({ untaggedHours: 24, afterHours: 2 })
    expect(world.isStored(image)).toBe(false)
    expect(world.paths(`${repositoriesPath}/team/digests`)).toEqual([])
    expect(await world.holes('team/other', 'v1')).toEqual([])
  })
})

describe('many tags in one repository', () => {
  it('(o) a collection of untagged images reads each tag once, not once per image', async () => {
    async function readsWith(count: number): Promise<number> {
      const world = await openWorld()
      for (let number = 0; number < count; number += 1) {
        await world.push('team/app', tinyImage({ layers: [`layer ${number}`] }), `v${number}`)
      }
      const { open, list } = world.api.storage
      let reads = 0
      Object.assign(world.api.storage, {
        open: (...words: Parameters<typeof open>) => ((reads += 1), open(...words)),
        list: (...words: Parameters<typeof list>) => ((reads += 1), list(...words)),
      })
      await world.collect({ untaggedHours: 0 })
      return reads
    }
    const [few, many] = [await readsWith(20), await readsWith(80)]
    expect(many).toBeLessThan(few * 4.2)
  })
})
