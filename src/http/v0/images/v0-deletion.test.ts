import { deletionImpact } from '#contract/images/deletion.ts'
import { tagList } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const json = { 'Content-Type': 'application/json' }
const shared = 'shared by all'
const image = tinyImage({ layers: [shared, 'only of the image'] })
const next = tinyImage({ layers: [shared, 'of the next'] })
const foreign = tinyImage({ layers: [shared, 'elsewhere'] })

describe('deleting', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    const admin = api.as('admin')
    await admin.pushImage('team/app', image, '1.0', 'latest')
    await admin.pushImage('team/app', next, '2.0')
    await admin.pushImage('secret/base', foreign, '12')
  })

  const app = '/api/v0/repositories/team/app'
  const ask = (
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; as?: TestPerson } = {},
  ) =>
    api.as(options.as ?? 'writer').ask(method, `${app}${path}`, {
      headers: { ...(options.body === undefined ? {} : json), ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
  const tags = async () =>
    checkedBody(await ask('GET', '/tags'), tagList).tags.map(({ name }) => name)
  const pull = async (reference: string) =>
    (await api.as('reader').ask('GET', `/v2/team/app/manifests/${reference}`)).status

  test('a tag leaves the image to its other tags', async () => {
    const answer = await ask('DELETE', '/tags/latest')
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(answer.headers.get('Jetsam-Trash-Entry')).toBeNull()
    expect(await tags()).toEqual(['1.0', '2.0'])
    expect(await pull('1.0')).toBe(200)
  })

  test('the last tag moves the image to the trash', async () => {
    await ask('DELETE', '/tags/latest')
    const answer = await ask('DELETE', '/tags/1.0')
    expect(answer.headers.get('Jetsam-Trash-Entry')).toMatch(/^[\w-]+$/)
    expect(await pull(image.digest)).toBe(404)
  })

  test.each(['1.0', image.digest])(
    'an image deletes all its tags too: by %s',
    async (reference) => {
      const answer = await ask('DELETE', `/manifests/${encodeURIComponent(reference)}`)
      expect(answer.status).toBe(204)
      expect(answer.headers.get('Jetsam-Trash-Entry')).not.toBeNull()
      expect(await tags()).toEqual(['2.0'])
      expect(await pull(image.digest)).toBe(404)
    },
  )

  test('a tag that has moved is refused, with the digest where it points now', async () => {
    await api.as('writer').pushImage('team/app', next, '1.0')
    for (const path of ['/tags/1.0', '/manifests/1.0']) {
      const answer = await ask('DELETE', path, { headers: { 'If-Match': `"${image.digest}"` } })
      expect(answer).toMatchObject({ status: 409, code: 'REFERENCE_CHANGED' })
      expect(answer.json).toMatchObject({ errors: [{ detail: { digest: next.digest } }] })
    }
    expect(await tags()).toEqual(['1.0', '2.0', 'latest'])
  })

  test.each([`"${image.digest}"`, image.digest, '*'])('If-Match: %s matches', async (ifMatch) => {
    const answer = await ask('DELETE', '/tags/1.0', { headers: { 'If-Match': ifMatch } })
    expect(answer.status).toBe(204)
  })

  test.each(['"1.0"', `W/"${image.digest}"`, `"${image.digest}", "${next.digest}"`])(
    'If-Match: %s is refused and deletes nothing',
    async (ifMatch) => {
      const answer = await ask('DELETE', '/tags/1.0', { headers: { 'If-Match': ifMatch } })
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
      expect(await tags()).toContain('1.0')
    },
  )

  test.each([
    ['/tags/nothing', 404, 'NO_SUCH_TAG'],
    ['/tags/..%2f1.0', 404, 'NO_SUCH_TAG'],
    [`/tags/${image.digest}`, 400, 'INVALID_PARAMETERS'],
    ['/manifests/nothing', 404, 'NO_SUCH_TAG'],
    [`/manifests/sha256:${'0'.repeat(64)}`, 404, 'NO_SUCH_REF'],
    ['/manifests/sha256:xyz', 400, 'INVALID_DIGEST'],
    ['x/tags/1.0', 404, 'NO_SUCH_REPOSITORY'],
    ['%2f..%2fapp/tags/1.0', 404, 'NO_SUCH_REPOSITORY'],
  ])('DELETE …%s: %i %s', async (path, status, code) => {
    expect(await ask('DELETE', path)).toMatchObject({ status, code })
    expect(await tags()).toEqual(['1.0', '2.0', 'latest'])
  })

  test('a platform that an index lists is refused, and the refusal names the index', async () => {
    const index = tinyIndex({ amd64: image, arm64: next })
    await api.as('writer').pushImage('team/app', index, 'multi')
    await ask('DELETE', '/manifests/1.0')
    const answer = await ask('DELETE', `/manifests/${image.digest}`)
    expect(answer).toMatchObject({ status: 409, code: 'MANIFEST_IN_USE' })
    expect(await pull('multi')).toBe(200)
  })

  test('a deleted tag can be set again', async () => {
    await ask('DELETE', '/tags/latest')
    const give = (tag: string, digest: string) => ask('PUT', `/tags/${tag}`, { body: { digest } })
    expect((await give('latest', image.digest)).status).toBe(204)
    expect(await tags()).toEqual(['1.0', '2.0', 'latest'])
    expect((await give('latest', image.digest)).status).toBe(204)
    const taken = await give('latest', next.digest)
    expect(taken).toMatchObject({ status: 409, code: 'TAG_EXISTS' })
    expect(taken.json).toMatchObject({ errors: [{ detail: { digest: image.digest } }] })
    expect(await give('new', foreign.digest)).toMatchObject({ status: 404, code: 'NO_SUCH_REF' })
    expect(await give('new', 'sha256:1')).toMatchObject({ status: 400, code: 'INVALID_DIGEST' })
    expect(await give('-new', image.digest)).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMETERS',
    })
  })

  describe('impact', () => {
    const impact = async (references: readonly string[], whole: boolean, as?: TestPerson) =>
      checkedBody(
        await ask('POST', '/deletion-impact', {
          body: { references, whole },
          ...(as ? { as } : {}),
        }),
        deletionImpact,
      )
    const ownBytes = image.bytes.length + 'only of the image'.length

    test('of one of two tags is only the tag', async () => {
      expect(await impact(['latest'], false)).toMatchObject({
        references: [
          {
            reference: 'latest',
            digest: image.digest,
            imageDeleted: false,
            tags: ['latest'],
            remainingTags: ['1.0'],
            platforms: [{ os: 'linux', architecture: 'amd64' }],
          },
        ],
        bytesFreed: 0,
        restorableUntil: null,
        nextCollectionAt: null,
      })
    })

    test('of an image is what is deleted, what stays, and what keeps it', async () => {
      const seen = await impact(['1.0'], true, 'admin')
      expect(seen.references[0]).toMatchObject({
        imageDeleted: true,
        tags: ['1.0', 'latest'],
        remainingTags: [],
      })
      expect(seen.bytesFreed).toBe(ownBytes)
      const config = image.blobs[0]?.bytes.length ?? 0
      expect(seen.bytesKept).toBe(shared.length + config)
      expect(seen.keptBy.map(({ repository }) => repository).toSorted()).toEqual([
        'secret/base',
        'team/app',
      ])
      const hidden = await impact(['1.0'], true)
      expect(hidden.keptBy.map(({ repository }) => repository)).toEqual(['team/app'])
      expect(hidden.keptByCount).toBe(2)
    })

    test('of several references counts shared bytes once, and tags that go together as one deletion', async () => {
      const both = await impact(['1.0', 'latest', 'gone', '1.0'], false)
      expect(both.references.map(({ reference }) => reference)).toEqual(['1.0', 'latest'])
      expect(both.references.every(({ imageDeleted }) => imageDeleted)).toBe(true)
      expect(both.bytesFreed).toBe(ownBytes)
      const all = await impact(['1.0', '2.0'], true)
      expect(all.bytesFreed).toBe(ownBytes + next.bytes.length + 'of the next'.length)
    })

    test('says until when it can be restored, and when the next collection is due', async () => {
      const admin = api.as('admin')
      const { services } = api
      await services.scheduler.setSchedule('0 * * *', { name: 'admin', from: null })
      await admin.ask('PUT', '/api/v0/garbage-collection/policy', {
        headers: json,
        body: JSON.stringify({
          timeLimitMinutes: null,
          whileCollecting: 'reject-pushes',
          trashRetentionHours: 48,
          collectUntagged: false,
          untaggedMinimumAgeHours: 24,
        }),
      })
      expect(await impact(['1.0'], true)).toMatchObject({
        restorableUntil: '2026-11-26T12:00:00.000Z',
        nextCollectionAt: '2026-11-25T00:00:00.000Z',
      })
    })

    test.each([
      [{ references: ['gone'], whole: true }, 404, 'NO_SUCH_TAG'],
      [{ references: [], whole: true }, 400, 'INVALID_PARAMETERS'],
      [{ references: ['-'], whole: true }, 400, 'INVALID_PARAMETERS'],
      [{ references: ['1.0'] }, 400, 'INVALID_PARAMETERS'],
      [
        { references: Array.from({ length: 1001 }, () => '1.0'), whole: true },
        400,
        'INVALID_PARAMETERS',
      ],
    ])('of %j: %i %s', async (body, status, code) => {
      expect(await ask('POST', '/deletion-impact', { body })).toMatchObject({ status, code })
    })
  })
})
