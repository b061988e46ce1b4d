import { expect, test } from 'vitest'
import { tagDetails, tagList } from '#contract/images/tags.ts'
import { mediaTypes } from '#domain/values/media-type.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi } from '#testing/builders/test-api.ts'

test('every list of platforms shows the build of each Windows platform', async () => {
  const api = await createTestApi()
  const get = (path: string) => api.as('reader').ask('GET', `/api/v0/repositories/${path}`)
  const platforms = ['10.0.17763.737', '10.0.20348.2527'].map((osVersion) => {
    const platform = { os: 'windows', architecture: 'amd64', 'os.version': osVersion }
    return { platform, image: tinyImage({ layers: [osVersion], config: JSON.stringify(platform) }) }
  })
  for (const { image } of platforms) await api.as('writer').pushImage('team/app', image)
  const index = contentOf(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: platforms.map(({ platform, image: { mediaType, digest, bytes } }) => ({
        mediaType,
        digest,
        size: bytes.length,
        platform,
      })),
    }),
  )
  const pushed = { ...index, mediaType: mediaTypes.ociIndex, blobs: [] }
  await api.as('writer').pushImage('team/app', pushed, 'windows')
  const wanted = platforms.map(({ platform }) => ({
    os: 'windows',
    architecture: 'amd64',
    osVersion: platform['os.version'],
  }))
  const list = checkedBody(await get('team/app/tags'), tagList)
  expect(list.tags).toMatchObject([{ name: 'windows', platforms: wanted }])
  const impact = await api
    .as('writer')
    .ask('POST', '/api/v0/repositories/team/app/deletion-impact', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ references: ['windows'], whole: true }),
    })
  expect(impact.json).toMatchObject({ references: [{ platforms: wanted }] })
  const details = checkedBody(await get('team/app/tags/windows'), tagDetails)
  expect(details.parts.map(({ platform }) => platform)).toEqual(wanted)
  // For a single image, the configuration has the build.
  const [first] = platforms
  const alone = await get(`team/app/tags/${first?.image.digest}`)
  expect(alone.json).toMatchObject({ platforms: wanted.slice(0, 1) })
})
