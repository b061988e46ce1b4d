import { searchResult } from '#contract/images/search.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { layOutHugeRepository } from '#hosts/mock/huge-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['searched'] })

async function prepare() {
  const api = await createTestApi()
  const admin = api.as('admin')
  await admin.pushImage('team/app', image, '1.2')
  await admin.pushImage('team/app', image, 'latest')
  await admin.pushImage('secret/app', image, '1.2')
  return api
}

const search = async (api: TestApi, person: TestPerson, query: string) =>
  checkedBody(await api.as(person).ask('GET', `/api/v0/search?${query}`), searchResult)

test('finds repositories and tags, exact matches first', async () => {
  const api = await prepare()
  expect(await search(api, 'admin', 'query=app')).toEqual({
    repositories: [
      { id: 'secret/app', tagCount: 1 },
      { id: 'team/app', tagCount: 2 },
    ],
    repositoryCount: 2,
    tags: [],
    tagCount: 0,
  })
  expect((await search(api, 'admin', 'query=team%2Fapp%3A1')).tags).toEqual([
    { repository: 'team/app', name: '1.2', digest: image.digest },
  ])
  const byDigest = await search(api, 'admin', `query=${image.digest.slice(7, 19)}&limit=2`)
  expect(byDigest).toMatchObject({ tagCount: 3, repositories: [] })
  expect(byDigest.tags).toHaveLength(2)
})

test('neither finds nor counts what a person may not see', async () => {
  const api = await prepare()
  expect(await search(api, 'reader', 'query=1.2')).toMatchObject({ tagCount: 1 })
  expect(await search(api, 'stranger', 'query=app')).toMatchObject({
    repositoryCount: 0,
    tagCount: 0,
  })
})

test('finds nothing for an empty query, refuses a missing one, and clamps the limit', async () => {
  const api = await prepare()
  expect(await search(api, 'admin', 'query=%20')).toMatchObject({ repositories: [], tags: [] })
  expect((await api.as('admin').ask('GET', '/api/v0/search')).status).toBe(400)
  for (const limit of [0, 51]) {
    const few = await search(api, 'admin', `query=a&limit=${limit}`)
    expect(few).toEqual(await search(api, 'admin', 'query=a&limit=50'))
  }
  expect((await api.as(null).ask('GET', '/api/v0/search?query=a')).status).toBe(401)
})

test('finds one tag among tens of thousands', async () => {
  const api = await createTestApi()
  const files = layOutHugeRepository({
    repository: 'team/huge',
    tagCount: 20_000,
    imageCount: 20,
    newestAtMs: api.clock.nowMs(),
  })
  for (const [path, { bytes }] of files) await api.storage.write(path, bytes)
  expect(await search(api, 'reader', 'query=huge+19999')).toMatchObject({
    tagCount: 1,
    tags: [{ repository: 'team/huge', name: 'build-019999' }],
  })
  expect(await search(api, 'reader', 'query=build')).toMatchObject({ tagCount: 20_000 })
})
