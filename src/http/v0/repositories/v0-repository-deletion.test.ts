import { activityList } from '#contract/activity.ts'
import { repositoryDeletion } from '#contract/images/deletion.ts'
import { repositoryList } from '#contract/images/repositories.ts'
import { trashList } from '#contract/images/trash.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'

const app = '/api/v0/repositories/team/app'
const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const index = tinyIndex({ amd64, arm64 })
const single = tinyImage({ layers: ['base', 'single'] })
const elsewhere = tinyImage({ layers: ['base', 'elsewhere'] })
const later = tinyImage({ layers: ['later'] })
let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  const admin = api.as('admin')
  await admin.pushImage('team/app', amd64)
  await admin.pushImage('team/app', arm64)
  await admin.pushImage('team/app', index, '1.0', 'latest')
  await admin.pushImage('team/app', single, 'single')
  await admin.pushImage('team/other', elsewhere, '1')
})

const ask = (
  method: string,
  path: string,
  as: TestPerson = 'owner',
  init: Parameters<ReturnType<TestApi['as']>['ask']>[2] = {},
) => api.as(as).ask(method, path, init)

const names = async (as: TestPerson = 'owner') =>
  checkedBody(await ask('GET', '/api/v0/repositories', as), repositoryList).repositories.map(
    ({ id }) => id,
  )
const impact = async (as: TestPerson = 'owner') =>
  checkedBody(await ask('GET', `${app}/deletion-impact`, as), repositoryDeletion)
const entries = async (as: TestPerson = 'owner') =>
  checkedBody(await ask('GET', '/api/v0/trash', as), trashList).entries
const kinds = async () =>
  checkedBody(await ask('GET', '/api/v0/activity', 'admin'), activityList).entries.map(
    ({ kind, detail }) => [kind, detail],
  )
const deletion = (as: TestPerson = 'owner', headers: Record<string, string> = {}) =>
  ask('DELETE', `${app}?images=trash`, as, { headers })
const pull = async (reference: string) =>
  (await ask('GET', `/v2/team/app/manifests/${reference}`)).status

const sizeOf = (contents: readonly TinyContent[]): number =>
  [...new Map(contents.map(({ digest, bytes }) => [digest, bytes.length])).values()].reduce(
    (sum, size) => sum + size,
    0,
  )

async function collect(): Promise<void> {
  api.clock.advance(60_000)
  const { collections } = api.services
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
}

describe('the deletion of a repository', () => {
  test('says first what goes, what is freed, and what stays for which image', async () => {
    const shared = elsewhere.blobs.filter(({ digest }) =>
      single.blobs.some((blob) => blob.digest === digest),
    )
    const all = [index, amd64, arm64, single].flatMap((image) => [image, ...image.blobs])
    const own = all.filter(({ digest }) => shared.every((blob) => blob.digest !== digest))
    expect(await impact()).toMatchObject({
      images: 2,
      platforms: 2,
      attached: 0,
      tags: 3,
      imagesInTrash: 0,
      bytesFreed: sizeOf(own),
      bytesKept: sizeOf(shared),
      keptBy: [{ repository: 'team/other', tag: '1' }],
      keptByCount: 1,
      protectedTags: [],
      unreadable: [],
      restorableUntil: null,
    })
    expect(await ask('GET', '/api/v0/repositories/team/none/deletion-impact')).toMatchObject({
      status: 404,
    })
  })

  test('is one entry, without which the repository is neither listed nor pulled', async () => {
    expect(await ask('DELETE', app)).toMatchObject({ status: 409, code: 'REPOSITORY_NOT_EMPTY' })
    const { bytesFreed } = await impact()
    const answer = await deletion()
    expect(answer.status).toBe(204)
    const id = answer.headers.get('Jetsam-Trash-Entry') ?? ''
    expect(await names()).toEqual(['team/other'])
    expect(await ask('GET', app)).toMatchObject({ status: 404, code: 'NO_SUCH_REPOSITORY' })
    expect(await Promise.all(['1.0', 'latest', 'single', amd64.digest].map(pull))).toEqual([
      404, 404, 404, 404,
    ])
    expect(await entries()).toMatchObject([
      {
        id,
        kind: 'repository',
        repository: 'team/app',
        imageCount: 2,
        platformCount: 2,
        tagCount: 3,
        tags: ['1.0', 'latest', 'single'],
        held: bytesFreed,
        restorable: true,
      },
    ])
    expect((await kinds())[0]).toEqual(['repository deleted', '2 images, 3 tags'])
    expect((await ask('POST', `/api/v0/trash/${id}/restore`, 'writer')).status).toBe(204)
    expect(await Promise.all(['1.0', 'latest', 'single', amd64.digest].map(pull))).toEqual([
      200, 200, 200, 200,
    ])
    expect(await names()).toEqual(['team/app', 'team/other'])
    expect(await entries()).toEqual([])
    expect((await kinds())[0]).toEqual(['repository restored', '2 images, 3 tags'])
    expect(api.failures).toEqual([])
  })

  test('takes nothing that the person did not see', async () => {
    const { contents } = await impact()
    await api.as('writer').pushImage('team/app', later, 'new')
    const stale = { 'If-Match': `"${contents}"` }
    expect(await deletion('owner', stale)).toMatchObject({
      status: 409,
      code: 'REFERENCE_CHANGED',
    })
    expect(await pull('1.0')).toBe(200)
    expect(await entries()).toEqual([])
    const now = { 'If-Match': `"${(await impact()).contents}"` }
    expect((await deletion('owner', now)).status).toBe(204)
    expect(await entries()).toHaveLength(1)
  })

  test('is refused while a tag is protected, which the question before it says', async () => {
    const saved = await ask('PUT', '/api/v0/retention/policies/team/app', 'owner', {
      headers: { 'Content-Type': 'application/yaml' },
      body: 'rules:\n  - protect: { tags: ["lat*"] }\n',
    })
    expect(saved.status).toBe(200)
    expect(await impact()).toMatchObject({
      protectedCount: 1,
      protectedTags: [{ name: 'latest', scope: 'team/app' }],
    })
    expect(await deletion()).toMatchObject({ status: 409, code: 'TAG_PROTECTED' })
    expect(await pull('latest')).toBe(200)
    expect(await entries()).toEqual([])
  })

  test('makes room for a new repository, and its restoration says what conflicts', async () => {
    const id = (await deletion()).headers.get('Jetsam-Trash-Entry') ?? ''
    await api.as('writer').pushImage('team/app', later, '1.0')
    expect(await names()).toEqual(['team/app', 'team/other'])
    expect(await ask('POST', `/api/v0/trash/${id}/restore`)).toMatchObject({
      status: 409,
      code: 'TAG_EXISTS',
      json: { errors: [{ detail: { conflicts: [{ name: '1.0', digest: later.digest }] } }] },
    })
  })

  test('ends the repository once a collection has taken its entry', async () => {
    await deletion()
    await collect()
    expect(await entries()).toEqual([])
    expect(await names()).toEqual(['team/other'])
    expect((await ask('GET', '/v2/_catalog', 'admin')).json).toEqual({
      repositories: ['team/other'],
    })
    expect((await kinds()).map(([kind]) => kind)).toContain('repository collected')
    expect(api.failures).toEqual([])
  })

  test('leaves a repository that was pushed to again as it is then', async () => {
    await deletion()
    await api.as('writer').pushImage('team/app', later, 'new')
    await collect()
    expect(await names()).toEqual(['team/app', 'team/other'])
    expect(await pull('new')).toBe(200)
  })

  test('needs admin access, and so does giving its entry up', async () => {
    expect(await deletion('writer')).toMatchObject({ status: 403, code: 'NOT_AUTHORIZED' })
    const id = (await deletion()).headers.get('Jetsam-Trash-Entry') ?? ''
    const entry = `/api/v0/trash/${id}`
    expect(await ask('DELETE', entry, 'writer')).toMatchObject({ status: 403 })
    expect(await ask('DELETE', entry)).toMatchObject({ status: 204 })
    expect((await kinds())[0]).toEqual(['repository deleted forever', '2 images, 3 tags'])
  })

  test('of an empty one ends it at once', async () => {
    for (const reference of ['1.0', 'single']) await ask('DELETE', `${app}/manifests/${reference}`)
    await collect()
    const answer = await deletion()
    expect([answer.status, answer.headers.get('Jetsam-Trash-Entry')]).toEqual([204, null])
    expect(await names()).toEqual(['team/other'])
    expect((await kinds())[0]).toEqual(['repository removed', null])
    expect(await deletion()).toMatchObject({ status: 404, code: 'NO_SUCH_REPOSITORY' })
  })
})
