import { beforeEach, describe, expect, it } from 'vitest'
import { tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'
import { repositoryName } from '#testing/builders/test-registry.ts'
import { fallbackTag, openWorld, type World } from '#testing/data-loss/scenario.ts'

/** How a registry can lose signatures and SBOMs, or keep them forever without their image. */

const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const app = tinyIndex({ amd64 })
const sbom = tinyImage({ layers: ['sbom'], config: '{"a":1}', subject: app })
const signature = tinyImage({ layers: ['signature'], config: '{"b":2}', subject: sbom })
const list = tinyIndex({ sbom })
const cosigned = {
  '.sig': made('signed', 'application/vnd.dev.cosign.simplesigning.v1+json'),
  '.att': made('attested', 'application/vnd.dsse.envelope.v1+json'),
  '.sbom': made('listed', 'text/spdx+json'),
}
/** As cosign makes it: without a subject; only its layers show what it is. */
function made(name: string, layerMediaType: string): TinyManifest {
  return tinyImage({ layers: [name], config: `{"c":"${name}"}`, layerMediaType })
}

const untagged = { untaggedHours: 0, afterHours: 48 } as const

describe('artifacts attached to an image', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
    await world.push('team/app', amd64)
    await world.push('team/app', app, 'v1')
  })

  /**
   * Attaches through each kind of edge: `subject`, a subject's subject, the fallback tag, cosign's
   * tags.
   */
  async function attachAll(): Promise<readonly TinyManifest[]> {
    await world.push('team/app', sbom)
    await world.push('team/app', signature)
    await world.push('team/app', list, fallbackTag(app))
    for (const [suffix, artifact] of Object.entries(cosigned)) {
      await world.push('team/app', artifact, fallbackTag(app, suffix))
    }
    return [sbom, signature, list, ...Object.values(cosigned)]
  }

  it('are in the referrers API, so that clients need no fallback tag', async () => {
    await world.push('team/app', sbom)
    const answer = await world.admin.ask('PUT', `/v2/team/app/manifests/${sbom.digest}`, {
      headers: { 'Content-Type': sbom.mediaType },
      body: sbom.bytes,
    })
    expect(answer.headers.get('OCI-Subject')).toBe(app.digest)
    const { json } = await world.admin.ask('GET', `/v2/team/app/referrers/${app.digest}`)
    expect(json).toMatchObject({ manifests: [{ digest: sbom.digest }] })
  })

  it('stay with their image when untagged images are collected', async () => {
    const attached = await attachAll()
    for (const again of [1, 2]) {
      expect((await world.collect(untagged)).status, `run ${again}`).toBe('done')
      for (const { digest } of attached) expect(await world.holes('team/app', digest)).toEqual([])
    }
    expect(await world.holes('team/app', fallbackTag(app))).toEqual([])
  })

  it('are deleted with their image, and none is left over', async () => {
    await attachAll()
    expect((await world.remove('team/app', 'v1')).status).toBe(202)
    await world.collect()
    expect(world.paths('docker/registry/v2')).toEqual([])
  })

  it('are restored with their image, byte for byte', async () => {
    await attachAll()
    const before = world.paths('docker/registry/v2')
    await world.remove('team/app', 'v1')
    expect((await world.restore()).status).toBe(204)
    expect(world.paths('docker/registry/v2').toSorted()).toEqual(before.toSorted())
    for (const tag of ['v1', fallbackTag(app), fallbackTag(app, '.sig')]) {
      expect(await world.holes('team/app', tag)).toEqual([])
    }
  })

  describe('when one of two in a list that the client keeps is deleted', () => {
    const cyclonedx = tinyImage({ layers: ['cyclonedx'], config: '{"d":4}', subject: app })
    const both = tinyIndex({ sbom, cyclonedx })
    const one = tinyIndex({ cyclonedx })

    beforeEach(async () => {
      await world.push('team/app', sbom)
      await world.push('team/app', cyclonedx)
      await world.push('team/app', both, fallbackTag(app))
    })

    const stored = (...images: readonly TinyManifest[]) => images.map(world.isStored)

    it('are kept while the list names them, and the refusal names the list', async () => {
      const { status, text } = await world.remove('team/app', sbom.digest)
      expect(status).toBe(405)
      expect(text).toContain(both.digest)
      await world.collect(untagged)
      expect(await world.holes('team/app', fallbackTag(app))).toEqual([])
    })

    it('are deleted alone and restored alone after the list was rewritten', async () => {
      // As oras does: push the new list, delete the old one, then delete the artifact.
      await world.push('team/app', one, fallbackTag(app))
      expect((await world.remove('team/app', both.digest)).status).toBe(202)
      expect(await world.holes('team/app', sbom.digest)).toEqual([])
      expect((await world.remove('team/app', sbom.digest)).status).toBe(202)
      expect(await world.holes('team/app', sbom.digest)).not.toEqual([])
      const referrers = await world.admin.ask('GET', `/v2/team/app/referrers/${app.digest}`)
      expect(referrers.json).toMatchObject({ manifests: [{ digest: cyclonedx.digest }] })

      const entries = await world.api.services.registry.trash.list()
      expect(entries.map(({ digest }) => digest).toSorted()).toEqual(
        [both.digest, sbom.digest].toSorted(),
      )
      const id = entries.find(({ digest }) => digest === sbom.digest)?.id
      const restored = await world.admin.ask('POST', `/api/v0/trash/${id}/restore`, {
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
      })
      expect(restored.status).toBe(204)
      expect(await world.holes('team/app', sbom.digest)).toEqual([])

      await world.remove('team/app', sbom.digest)
      await world.collect()
      expect(stored(both, sbom, one, cyclonedx)).toEqual([false, false, true, true])
      for (const tag of ['v1', fallbackTag(app)]) {
        expect(await world.holes('team/app', tag)).toEqual([])
      }
    })

    it('are kept while the old list is left, until untagged images are collected', async () => {
      await world.push('team/app', one, fallbackTag(app))
      expect((await world.remove('team/app', sbom.digest)).status).toBe(405)
      await world.collect(untagged)
      expect(world.isStored(both)).toBe(false)
      expect((await world.remove('team/app', sbom.digest)).status).toBe(202)
      await world.collect()
      expect(stored(sbom, one, cyclonedx)).toEqual([false, true, true])
      expect(await world.holes('team/app', fallbackTag(app))).toEqual([])
    })

    it('are all deleted with the image', async () => {
      await world.push('team/app', one, fallbackTag(app))
      await world.remove('team/app', both.digest)
      await world.remove('team/app', 'v1')
      await world.collect()
      expect(world.paths('docker/registry/v2')).toEqual([])
    })
  })

  it('do no harm when their subject does not exist', async () => {
    const early = tinyImage({ layers: ['early'], subject: tinyImage({ layers: ['later'] }) })
    await world.push('team/app', early)
    await world.collect()
    expect(await world.holes('team/app', early.digest)).toEqual([])
    // Collected like any other untagged image.
    await world.collect(untagged)
    expect(world.isStored(early)).toBe(false)
    expect(await world.holes('team/app', 'v1')).toEqual([])
  })

  it('are collected with an untagged image when untagged images are collected', async () => {
    await world.push('team/app', sbom)
    await world.push('team/app', signature)
    await world.push('team/app', tinyImage({ layers: ['next'] }), 'v1')
    await world.collect(untagged)
    expect(await world.holes('team/app', 'v1')).toEqual([])
    for (const gone of [app, amd64, sbom, signature]) expect(world.isStored(gone)).toBe(false)
  })
})

describe('an ordinary image with a name like that of an attachment', () => {
  const other = tinyImage({ layers: ['other'], config: '{"e":5}' })
  const platforms = tinyIndex({ amd64: other })
  const signed = cosigned['.sig']

  const ordinary: readonly (readonly [name: string, image: TinyManifest, suffix: string])[] = [
    ['an image', other, ''],
    ['an image', other, '.sig'],
    ['an image', other, '.att'],
    ['an image', other, '.sbom'],
    ['an index of platforms', platforms, ''],
    ['an index of platforms', platforms, '.sig'],
    ['what cosign makes under another suffix', signed, '.att'],
    ['what cosign makes under none', signed, ''],
  ]

  let world: World
  beforeEach(async () => {
    world = await openWorld()
    await world.push('team/app', amd64)
    await world.push('team/app', app, 'v1')
    await world.push('team/app', other)
  })

  it.each(ordinary)(
    'stays when the image that its name points at is deleted: %s (%#)',
    async (_, image, suffix) => {
      const tag = fallbackTag(app, suffix)
      await world.push('team/app', image, tag)
      const impact = await world.admin.ask(
        'POST',
        '/api/v0/repositories/team/app/deletion-impact',
        {
          headers: { 'Content-Type': 'application/json' },
          body: '{"references":["v1"],"whole":true}',
        },
      )
      expect(impact.json).toMatchObject({ references: [{ attached: [], tags: ['v1'] }] })
      expect((await world.remove('team/app', 'v1')).status).toBe(202)
      await world.collect(untagged)
      expect(await world.holes('team/app', tag)).toEqual([])
      expect(world.isStored(app)).toBe(false)
      // It is an ordinary image, and is deleted by itself.
      expect((await world.remove('team/app', tag)).status).toBe(202)
      await world.collect(untagged)
      expect(world.paths('docker/registry/v2')).toEqual([])
    },
  )

  it('is listed with the images, and not as a referrer', async () => {
    await world.push('team/app', platforms, fallbackTag(app))
    const { json } = await world.admin.ask('GET', `/v2/team/app/referrers/${app.digest}`)
    expect(json).toMatchObject({ manifests: [] })
    const images = await world.api.services.registry.queries.images(repositoryName('team/app'))
    expect(images?.map(({ digest }) => digest).toSorted()).toEqual(
      [app.digest, platforms.digest].toSorted(),
    )
  })
})

it('the impact of a deletion labels each attached artifact by its kind', async () => {
  const world = await openWorld()
  await world.push('team/app', amd64)
  await world.push('team/app', app, 'v1')
  await world.push('team/app', sbom)
  await world.push('team/app', list, fallbackTag(app))
  for (const [suffix, artifact] of Object.entries(cosigned)) {
    await world.push('team/app', artifact, fallbackTag(app, suffix))
  }
  const shared = made('shared', 'application/vnd.dev.cosign.simplesigning.v1+json')
  await world.push('team/app', shared, fallbackTag(amd64, '.sig'), 'kept')
  const { json } = await world.admin.ask('POST', '/api/v0/repositories/team/app/deletion-impact', {
    headers: { 'Content-Type': 'application/json' },
    body: '{"references":["v1"],"whole":true}',
  })
  const { references } = json as { references: [{ attached: { digest: string; label: string }[] }] }
  const labels = references[0].attached.map(({ label }) => label).toSorted()
  expect(labels).toEqual(['SBOM', 'artifact', 'attestation', 'list', 'signature'])
})
