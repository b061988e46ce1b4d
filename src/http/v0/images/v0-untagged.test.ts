import { beforeEach, describe, expect, test } from 'vitest'
import { untaggedImages, type UntaggedImages } from '#contract/images/untagged.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'

const shared = 'shared by all'
const image = (...layers: string[]) => tinyImage({ layers: [shared, ...layers] })
const [small, large, tagged] = [image('s'), image('l'.repeat(999)), image('tagged')]
const amd64 = image('amd64')
const index = tinyIndex({ amd64 })
const signed = image('signed')
const signature = tinyImage({ layers: ['{}'], subject: signed, artifactType: 'application/x' })
const gone = image('gone')
const orphan = tinyImage({ layers: ['orphan'], subject: gone, artifactType: 'application/x' })

let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  const { pushImage } = api.as('writer')
  await pushImage('team/app', tagged, '1.0')
  for (const each of [small, large, amd64, signed, signature, orphan]) {
    await pushImage('team/app', each)
  }
  await pushImage('team/app', index, '2.0')
})

async function list(query = '') {
  const answer = await api.as('reader').ask('GET', `/api/v0/repositories/team/app/untagged${query}`)
  expect(answer.status).toBe(200)
  expect(untaggedImages.safeParse(answer.json).error).toBeUndefined()
  return { ...(answer.json as UntaggedImages), headers: answer.headers }
}
const digests = ({ images }: UntaggedImages) => images.map(({ digest }) => digest)

describe('the list of untagged images', () => {
  test('has what nothing holds: no platform, no attachment, but an artifact without its image', async () => {
    const found = await list()
    expect(found.name).toBe('team/app')
    expect(digests(found).toSorted()).toEqual(
      [small, large, signed, orphan].map(({ digest }) => digest).toSorted(),
    )
  })

  test('begins with what frees most, and says what that is', async () => {
    const { images } = await list()
    expect(images[0]?.digest).toBe(large.digest)
    const before = await api
      .as('reader')
      .ask('POST', '/api/v0/repositories/team/app/deletion-impact', {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ references: [large.digest], whole: true }),
      })
    expect(images[0]?.exclusiveSize).toBe((before.json as { bytesFreed: number }).bytesFreed)
    expect(images[0]?.size).toBeGreaterThan(images[0]?.exclusiveSize ?? Infinity)
    const one = images.find(({ digest }) => digest === signed.digest)
    expect(one?.attached.map(({ digest }) => digest)).toEqual([signature.digest])
  })

  test('says when each came, and when it was last pulled', async () => {
    await api.services.pullRecorder.begin()
    const pushedAt = new Date(api.clock.nowMs()).toISOString()
    api.clock.advance(60_000)
    await api.as('reader').ask('GET', `/v2/team/app/manifests/${small.digest}`)
    const one = (await list()).images.find(({ digest }) => digest === small.digest)
    expect(one).toMatchObject({
      pushedAt,
      lastPulledAt: new Date(api.clock.nowMs()).toISOString(),
      lastPulledBy: 'reader',
      pulls30d: 1,
      broken: null,
    })
  })

  test('says which tags each had, the last one first, and is filtered by them', async () => {
    const { pushImage, ask } = api.as('writer')
    const formerOf = async (digest: string, query = '') =>
      (await list(query)).images.find((one) => one.digest === digest)?.formerTags
    expect(await formerOf(large.digest)).toEqual([])
    // Pushed over.
    await pushImage('team/app', large, 'build-7')
    await pushImage('team/app', large, 'stable')
    await pushImage('team/app', tagged, 'stable')
    await pushImage('team/app', tagged, 'build-7')
    expect(await formerOf(large.digest)).toEqual(['stable', 'build-7'])
    expect(digests(await list('?filter=BUILD'))).toEqual([large.digest])
    expect(digests(await list('?filter=1.0'))).toEqual([])
    // Taken away: an image that keeps another tag is not among them.
    await pushImage('team/app', small, 'one')
    await ask('DELETE', '/api/v0/repositories/team/app/tags/1.0')
    expect(digests(await list())).not.toContain(small.digest)
    await pushImage('team/app', tagged, 'one')
    expect(await formerOf(small.digest)).toEqual(['one'])
    // Of another repository nothing is told.
    await pushImage('team/other', signed, 'elsewhere')
    expect(await formerOf(signed.digest)).toEqual([])
  })

  test('is sorted by size, time and pull', async () => {
    await api.services.pullRecorder.begin()
    api.clock.advance(60_000)
    const late = image('late')
    await api.as('writer').pushImage('team/app', late)
    await api.as('reader').ask('GET', `/v2/team/app/manifests/${small.digest}`)
    api.clock.advance(60_000)
    await api.as('reader').ask('GET', `/v2/team/app/manifests/${orphan.digest}`)
    const sorted = async (sort: string) => digests(await list(`?sort=${sort}`))
    expect((await sorted('-size')).at(0)).toBe(large.digest)
    expect(await sorted('size')).toEqual((await sorted('-size')).toReversed())
    expect((await sorted('-exclusiveSize'))[0]).toBe((await list()).images[0]?.digest)
    expect((await sorted('-pushedAt'))[0]).toBe(late.digest)
    expect((await sorted('-lastPulledAt')).slice(0, 2)).toEqual([orphan.digest, small.digest])
    expect((await sorted('lastPulledAt')).slice(-2)).toEqual([small.digest, orphan.digest])
    const first = await list('?sort=-pushedAt&pageSize=2')
    const rest = await list(`?sort=-pushedAt&pageStart=${first.headers.get('X-Next-Page-Start')}`)
    expect([...digests(first), ...digests(rest)]).toEqual(await sorted('-pushedAt'))
  })

  test('is filtered by a part of a digest, and by pulls that are known', async () => {
    await api.services.pullRecorder.begin()
    api.clock.advance(10 * 24 * 3_600_000)
    await api.as('reader').ask('GET', `/v2/team/app/manifests/${small.digest}`)
    const since = (days: number) =>
      new Date(api.clock.nowMs() - days * 24 * 3_600_000).toISOString()
    expect(digests(await list(`?filter=${large.digest.slice(20, 40)}`))).toEqual([large.digest])
    expect(digests(await list('?filter=nothing'))).toEqual([])
    const others = [large, signed, orphan].map(({ digest }) => digest).toSorted()
    expect(digests(await list('?neverPulled=true')).toSorted()).toEqual(others)
    expect(digests(await list(`?notPulledSince=${since(5)}`)).toSorted()).toEqual(others)
    expect(digests(await list(`?notPulledSince=${since(11)}`))).toEqual([])
  })

  test('comes in pages', async () => {
    const all = digests(await list())
    const first = await list('?pageSize=3&count=true')
    expect(first.headers.get('X-Resource-Count')).toBe('4')
    const rest = await list(`?pageSize=3&pageStart=${first.headers.get('X-Next-Page-Start')}`)
    expect([...digests(first), ...digests(rest)]).toEqual(all)
    expect(rest.headers.get('X-Next-Page-Start')).toBeNull()
  })

  test('follows deletions, restorations and tags that move', async () => {
    const admin = api.as('writer')
    const path = `/api/v0/repositories/team/app`
    const deleted = await admin.ask('DELETE', `${path}/manifests/${large.digest}`)
    expect(digests(await list())).not.toContain(large.digest)
    const entry = deleted.headers.get('Jetsam-Trash-Entry')
    await admin.ask('POST', `/api/v0/trash/${entry}/restore`)
    expect(digests(await list())).toContain(large.digest)
    await admin.pushImage('team/app', small, '1.0')
    expect(digests(await list())).not.toContain(small.digest)
    expect(digests(await list())).toContain(tagged.digest)
  })

  test('of what the caller may not see is not found', async () => {
    const answer = await api.as('stranger').ask('GET', '/api/v0/repositories/team/app/untagged')
    expect(answer.status).toBe(404)
    expect(
      (await api.as('admin').ask('GET', '/api/v0/repositories/team/none/untagged')).status,
    ).toBe(404)
  })
})
