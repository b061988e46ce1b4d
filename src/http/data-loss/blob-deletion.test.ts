import { getPolicy } from '#services/settings/policy.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { contentOf, tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  openWorld,
  repositoriesPath,
  revisionPath,
  type World,
} from '#testing/data-loss/scenario.ts'

/** How `DELETE /v2/…/blobs/…`, which deletes layers one by one, can lose images. */

const image = tinyImage({ layers: ['base', 'app'] })
const layer = contentOf('app')
let world: World

const blob = (method: string, digest: string, repository = 'team/app') =>
  world.admin.ask(method, `/v2/${repository}/blobs/${digest}`)

function sha512Of(text: string): string {
  const digester = createDigester('sha512')
  digester.update(new TextEncoder().encode(text))
  return digester.digest()
}

/**
 * An image, as bytes to push, with a layer under a digest of another algorithm or a media type of
 * another kind.
 */
function imageOver(digest: string, mediaType: string): TinyContent & { mediaType: string } {
  const manifest = {
    schemaVersion: 2,
    mediaType: image.mediaType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: image.blobs[0]?.digest,
      size: image.blobs[0]?.bytes.length,
    },
    layers: [{ mediaType, digest, size: layer.bytes.length }],
  }
  return { ...contentOf(JSON.stringify(manifest)), mediaType: image.mediaType }
}

beforeEach(async () => {
  world = await openWorld()
  const policy = { ...(await getPolicy(world.api.services)), trashRetentionHours: 24 }
  const saved = await world.admin.ask('PUT', '/api/v0/garbage-collection/policy', {
    body: JSON.stringify(policy),
    headers: { 'Content-Type': 'application/json' },
  })
  expect(saved.status).toBe(200)
})

describe('deleting a layer', () => {
  it('that no image needs removes its link at once, and the next collection its bytes', async () => {
    await world.admin.pushBlob('team/app', layer)
    expect((await blob('DELETE', layer.digest)).status).toBe(202)
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      expect((await blob(method, layer.digest)).status).toBe(404)
    }
    expect(world.isStored(layer)).toBe(true)
    await world.collect()
    expect(world.isStored(layer)).toBe(false)
  })

  it('that an image needs is refused, and the refusal names the image', async () => {
    await world.push('team/app', image, '1.0')
    for (const { digest } of image.blobs) {
      const refused = await blob('DELETE', digest)
      expect(refused).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
      expect(refused.message).toContain(`the image ${image.digest} needs it`)
    }
    await world.collect()
    expect(await world.holes('team/app', '1.0')).toEqual([])
  })

  it('that only a platform of an image needs is refused', async () => {
    await world.push('team/app', image)
    await world.push('team/app', tinyIndex({ amd64: image }), 'multi')
    expect((await blob('DELETE', layer.digest)).status).toBe(405)
    expect(await world.holes('team/app', 'multi')).toEqual([])
  })

  it('leaves images of other repositories whole, also after a collection', async () => {
    await world.admin.pushBlob('team/app', layer)
    await world.push('team/other', image, '1.0')
    expect((await blob('DELETE', layer.digest)).status).toBe(202)
    await world.collect()
    expect(await world.holes('team/other', '1.0')).toEqual([])
  })

  it('of a deleted image leaves the image restorable and whole, also after a collection', async () => {
    await world.push('team/app', image, '1.0')
    await world.remove('team/app', '1.0')
    for (const { digest } of image.blobs) expect((await blob('DELETE', digest)).status).toBe(202)
    expect((await blob('GET', layer.digest)).status).toBe(404)
    await world.collect()
    expect((await world.restore()).status).toBe(204)
    expect(await world.holes('team/app', '1.0')).toEqual([])
  })

  it('that a deleted image names by sha512 is refused, because only the link leads to its bytes', async () => {
    const digest = sha512Of('app')
    const named = imageOver(digest, 'application/vnd.oci.image.layer.v1.tar+gzip')
    await world.admin.pushBlob('team/app', image.blobs[0] as TinyContent)
    const uploads = `/v2/team/app/blobs/uploads/?digest=${digest}`
    expect((await world.admin.ask('POST', uploads, { body: 'app' })).status).toBe(201)
    await world.push('team/app', { ...named, blobs: [] }, '1.0')
    await world.remove('team/app', '1.0')
    const refused = await blob('DELETE', digest)
    expect(refused).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
    expect(refused.message).toContain('in the trash')
    await world.collect()
    expect((await world.restore()).status).toBe(204)
    expect((await blob('GET', digest)).text).toBe('app')
  })

  it('that need not be pushed but was is refused, because clients pull it', async () => {
    const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
    const windows = imageOver(layer.digest, foreign)
    await world.push('team/app', { ...windows, blobs: [...image.blobs] }, '1.0')
    expect((await blob('DELETE', layer.digest)).status).toBe(405)
  })

  it('that an image needs which other software wrote just now is refused', async () => {
    await world.push('team/other', image, '1.0')
    for (const content of image.blobs) await world.admin.pushBlob('team/app', content)
    // The dashboard's index has read the repository, and would not read it again soon.
    expect((await world.admin.ask('GET', '/api/v0/repositories/team/app')).status).toBe(200)
    await world.damage(revisionPath('team/app', image), image.digest)
    expect((await blob('DELETE', layer.digest)).status).toBe(405)
    expect(await world.holes('team/app', image.digest)).toEqual([])
  })

  it('beside a manifest that cannot be read is refused, and the refusal names that manifest', async () => {
    await world.push('team/app', image, '1.0')
    await world.admin.pushBlob('team/app', contentOf('loose'))
    const { digest } = contentOf('no manifest')
    await world.damage(revisionPath('team/app', contentOf('no manifest')), digest)
    const refused = await blob('DELETE', contentOf('loose').digest)
    expect(refused).toMatchObject({ status: 405, code: 'UNSUPPORTED' })
    expect(refused.message).toContain(digest)
    expect(world.paths(`${repositoriesPath}/team/app/_layers`)).toHaveLength(4)
  })
})
