import { tagList } from '#contract/images/tags.ts'
import { tagConflicts, trashList } from '#contract/images/trash.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['of the image'] })
const other = tinyImage({ layers: ['of another'] })
const index = tinyIndex({ amd64: image, arm64: other })
const sbom = tinyImage({ layers: ['sbom'], subject: index, artifactType: 'application/spdx+json' })

describe('the trash', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
  })

  const send = (method: string, path: string, body?: unknown, as: TestPerson = 'writer') =>
    api
      .as(as)
      .ask(
        method,
        `/api/v0${path}`,
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      )
  const list = async (query = '', as: TestPerson = 'writer') =>
    checkedBody(await send('GET', `/trash${query}`, undefined, as), trashList).entries
  const digestOf = async (tag: string) =>
    (await api.as('reader').ask('HEAD', `/v2/team/app/manifests/${tag}`)).headers.get(
      'Docker-Content-Digest',
    )
  /** Pushes an image and deletes it. Resolves to the entry's id. */
  const deleted = async (name: string, ...names: readonly string[]): Promise<string> => {
    await api.as('admin').pushImage('team/app', image, name, ...names)
    const answer = await send('DELETE', `/repositories/team/app/manifests/${name}`)
    return answer.headers.get('Jetsam-Trash-Entry') ?? ''
  }

  test.each(['manifests', 'tags'])(
    'gives back when and by whom what it deleted (%s) was pushed',
    async (what) => {
      await api.as('owner').pushImage('team/app', image, '1.0', 'latest')
      const pushed = async () => {
        const answer = await send('GET', '/repositories/team/app/tags')
        return checkedBody(answer, tagList).tags.map(({ name, author, updatedAt }) => ({
          name,
          author,
          updatedAt,
        }))
      }
      const before = await pushed()
      expect(before).toMatchObject([{ author: 'owner' }, { author: 'owner' }])
      api.clock.advance(86_400_000)
      const answer = await send('DELETE', `/repositories/team/app/${what}/1.0`)
      const id =
        answer.headers.get('Jetsam-Trash-Entry') ?? answer.headers.get('Jetsam-Trashed-Tag')
      expect(await pushed()).not.toEqual(before)
      api.clock.advance(86_400_000)
      expect((await send('POST', `/trash/${id}/restore`)).status).toBe(204)
      expect(await pushed()).toEqual(before)
    },
  )

  test('lists what was deleted, by which account, and the bytes that only the trash holds', async () => {
    const admin = api.as('admin')
    await admin.pushImage('team/app', image)
    await admin.pushImage('team/app', other)
    await admin.pushImage('team/app', index, 'multi', 'latest')
    await admin.pushImage('team/app', sbom)
    const answer = await send('DELETE', '/repositories/team/app/manifests/multi')
    const contents = [index, sbom, ...sbom.blobs, image, ...image.blobs, other, ...other.blobs]
    const held = new Map(contents.map(({ digest, bytes }) => [digest, bytes.length]))
    expect(await list()).toEqual([
      {
        id: answer.headers.get('Jetsam-Trash-Entry'),
        repository: 'team/app',
        digest: index.digest,
        mediaType: index.mediaType,
        kind: 'image',
        tags: ['latest', 'multi'],
        earlierTags: [],
        platformCount: 2,
        attachedCount: 1,
        deletedAt: '2026-11-24T12:00:00.000Z',
        deletedBy: 'writer',
        byRule: null,
        held: [...held.values()].reduce((sum, size) => sum + size, 0),
        collectedAfter: null,
        restorable: true,
        accessLevel: 'read-write',
      },
    ])
  })

  test('lists the latest first, in pages, by filter and repository, and only what the account may see', async () => {
    await deleted('first')
    api.clock.advance(1000)
    await deleted('second')
    await api.as('admin').pushImage('secret/app', other, 'c')
    await send('DELETE', '/repositories/secret/app/tags/c', undefined, 'admin')
    const tags = async (query: string, as: TestPerson = 'writer') =>
      (await list(query, as)).flatMap((entry) => entry.tags)
    expect(await tags('')).toEqual(['second', 'first'])
    expect(await tags('?filter=FIRST')).toEqual(['first'])
    expect(await tags(`?filter=${image.digest}&pageSize=1`)).toEqual(['second'])
    expect(await tags('?repository=secret/app', 'admin')).toEqual(['c'])
    expect(await tags('?repository=secret/app')).toEqual([])
    expect(await tags('', 'stranger')).toEqual([])
    const first = await send('GET', '/trash?pageSize=1&count=true')
    expect(first.headers.get('X-Resource-Count')).toBe('2')
    expect(await tags(`?pageStart=${first.headers.get('X-Next-Page-Start')}`)).toEqual(['first'])
    expect(await send('GET', '/trash?pageSize=x')).toMatchObject({ status: 400 })
  })

  test('restores all of an image, under the same digest', async () => {
    const id = await deleted('1.0', 'latest')
    expect(await digestOf('1.0')).toBeNull()
    expect((await send('POST', `/trash/${id}/restore`)).status).toBe(204)
    expect(await digestOf('1.0')).toBe(image.digest)
    expect(await digestOf('latest')).toBe(image.digest)
    expect(await list()).toEqual([])
    expect(await send('POST', `/trash/${id}/restore`, {})).toMatchObject({
      status: 404,
      code: 'NO_SUCH_TRASH_ENTRY',
    })
  })

  test('refuses to restore a tag that shows another image now', async () => {
    const id = await deleted('1.0', 'latest')
    await api.as('writer').pushImage('team/app', other, '1.0')
    const restore = (body: unknown) => send('POST', `/trash/${id}/restore`, body)
    const refused = await restore({})
    expect(refused).toMatchObject({ status: 409, code: 'TAG_EXISTS' })
    const [error] = (refused.json as { errors: { detail: unknown }[] }).errors
    expect(tagConflicts.parse(error?.detail)).toEqual({
      conflicts: [{ name: '1.0', digest: other.digest }],
    })
    expect((await restore({ tags: { '1.0': '1.0-restored' } })).status).toBe(204)
    expect(await digestOf('1.0')).toBe(other.digest)
    expect(await digestOf('1.0-restored')).toBe(image.digest)
    expect(await digestOf('latest')).toBe(image.digest)
  })

  test('restores without such a tag, or replaces it', async () => {
    const skipped = await deleted('1.0', 'latest')
    await api.as('writer').pushImage('team/app', other, '1.0')
    expect((await send('POST', `/trash/${skipped}/restore`, { onConflict: 'skip' })).status).toBe(
      204,
    )
    expect([await digestOf('1.0'), await digestOf('latest')]).toEqual([other.digest, image.digest])

    const answer = await send('DELETE', '/repositories/team/app/manifests/latest')
    const replaced = answer.headers.get('Jetsam-Trash-Entry')
    const body = { onConflict: 'replace', tags: { latest: '1.0' } }
    expect((await send('POST', `/trash/${replaced}/restore`, body)).status).toBe(204)
    expect(await digestOf('1.0')).toBe(image.digest)
    expect(await list()).toMatchObject([{ digest: other.digest, tags: ['1.0'] }])
  })

  test.each([
    [{ onConflict: 'overwrite' }],
    [{ tags: { '1.0': '-' } }],
    [{ tags: { '../x': 'y' } }],
    [{ tags: ['1.0'] }],
    [{ tag: 'x' }],
  ])('refuses %j and restores nothing', async (body) => {
    const id = await deleted('1.0')
    const answer = await send('POST', `/trash/${id}/restore`, body)
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(await list()).toHaveLength(1)
  })

  test('lets a collection take an entry that is deleted forever', async () => {
    const policy = {
      timeLimitMinutes: null,
      whileCollecting: 'reject-pushes',
      trashRetentionHours: 24,
      collectUntagged: false,
      untaggedMinimumAgeHours: 24,
    }
    await send('PUT', '/garbage-collection/policy', policy, 'admin')
    const id = await deleted('1.0')
    expect(await list()).toMatchObject([{ collectedAfter: '2026-11-25T12:00:00.000Z' }])
    expect((await send('DELETE', `/trash/${id}`)).status).toBe(204)
    expect(await list()).toMatchObject([{ id, collectedAfter: null }])
  })

  test.each(['nothing', '..%2f..', '%00', 'a'.repeat(300)])(
    'answers 404 for the entry %s',
    async (id) => {
      const answer = { status: 404, code: 'NO_SUCH_TRASH_ENTRY' }
      expect(await send('POST', `/trash/${id}/restore`, {}, 'admin')).toMatchObject(answer)
      expect(await send('DELETE', `/trash/${id}`, undefined, 'admin')).toMatchObject(answer)
    },
  )

  test('refuses a restore while a collection keeps writers out', async () => {
    const id = await deleted('1.0')
    await api.gate.close({ mode: 'reject-pushes', maximumWaitMs: 0 })
    const kept = await send('POST', `/trash/${id}/restore`, {})
    expect(kept).toMatchObject({ status: 409, code: 'COLLECTION_RUNNING' })
    await api.gate.open()
    expect((await send('POST', `/trash/${id}/restore`, {})).status).toBe(204)
  })
})
