import { repository, repositoryList, repositoryOrNamespace } from '#contract/images/repositories.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const shared = 'a layer in common'
const small = tinyImage({ layers: [shared] })
const large = tinyImage({ layers: [shared, 'x'.repeat(5000)] })

describe('repositories', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    const admin = api.as('admin')
    await admin.pushImage('team/app', small, '1.0', 'latest')
    api.clock.advance(60_000)
    await admin.pushImage('team/web', large, '2.0')
    await admin.pushImage('library/base', small, '12')
    await admin.pushImage('a/b/c', small, 'x')
    await admin.pushImage('solo', small, 'x')
  })

  const list = async (query = '', as: TestPerson = 'admin') => {
    const answer = await api.as(as).ask('GET', `/api/v0/repositories${query}`)
    return checkedBody(answer, repositoryList).repositories
  }
  const ids = async (query = '', as: TestPerson = 'admin') =>
    (await list(query, as)).map(({ id }) => id)

  test('are listed by name, with what they hold', async () => {
    const all = await list()
    expect(all.map(({ id }) => id)).toEqual([
      'a/b/c',
      'library/base',
      'solo',
      'team/app',
      'team/web',
    ])
    expect(all[0]).toMatchObject({ namespace: 'a/b', name: 'c' })
    expect(all[2]).toMatchObject({ namespace: '', name: 'solo' })
    const size = [small, ...small.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)
    expect(all[3]).toEqual({
      id: 'team/app',
      namespace: 'team',
      name: 'app',
      tagCount: 2,
      empty: false,
      size,
      // Three other repositories have the same image.
      storage: { oneImage: 0, shared: size, untagged: 0, trash: 0, inDoubt: 0, reclaimable: 0 },
      reclaimable: 0,
      reclaimableIsCurrent: true,
      lastPushedAt: '2026-11-24T12:00:00.000Z',
      unreadableCount: 0,
      unreadable: [],
      accessLevel: 'admin',
    })
    expect(all[4]?.lastPushedAt).toBe('2026-11-24T12:01:00.000Z')
  })

  test('show what a collection would free of them', async () => {
    await api.as('admin').ask('DELETE', '/api/v0/repositories/team/web/tags/2.0')
    const [web] = await list('?filter=web')
    expect(web).toMatchObject({ tagCount: 0 })
    // Its big layer and its manifest; the configuration is shared.
    expect(web?.reclaimable).toBe(5000 + large.bytes.length)
  })

  test('do not wait for the reclaimable bytes of a large registry', async () => {
    const { reclaimable } = api.services
    for (let number = 0; number < 1000; number += 1) {
      await api.as('admin').pushImage('team/many', tinyImage({ layers: [shared, `${number}`] }))
    }
    const analysing = vi.spyOn(reclaimable, 'currentView')
    expect(await list('?filter=web')).toMatchObject([
      { reclaimable: null, reclaimableIsCurrent: false },
    ])
    expect(analysing).not.toHaveBeenCalled()
    await reclaimable.currentView()
    const known = { reclaimable: 0, reclaimableIsCurrent: true }
    expect(await list('?filter=web')).toMatchObject([known])
    await api.as('admin').ask('DELETE', '/api/v0/repositories/team/web/tags/2.0')
    expect(await list('?filter=web')).toMatchObject([{ ...known, reclaimableIsCurrent: false }])
  })

  test('are only those that the account may see, with its level', async () => {
    expect(await ids('', 'reader')).toEqual(['team/app', 'team/web'])
    expect((await list('', 'writer')).map(({ accessLevel }) => accessLevel)).toEqual([
      'read-write',
      'read-write',
    ])
    expect(await ids('', 'stranger')).toEqual([])
  })

  test.each([
    ['?filter=app', ['team/app']],
    ['?filter=TEAM/', ['team/app', 'team/web']],
    ['?filter=', ['a/b/c', 'library/base', 'solo', 'team/app', 'team/web']],
    ['?namespace=team', ['team/app', 'team/web']],
    ['?namespace=a/b', ['a/b/c']],
    ['?namespace=a', []],
    ['?namespace=team&filter=web', ['team/web']],
    ['?sort=-name&pageSize=2', ['team/web', 'team/app']],
    ['?sort=-size&limit=1', ['team/web']],
    ['?sort=-tagCount&limit=1', ['team/app']],
    ['?sort=lastPushedAt&limit=1', ['team/app']],
    ['?sort=-reclaimable&limit=1', ['team/web']],
  ])('%s returns %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  test('come in pages', async () => {
    const first = await api.as('admin').ask('GET', '/api/v0/repositories?pageSize=3&count=true')
    expect(first.headers.get('X-Resource-Count')).toBe('5')
    const next = first.headers.get('X-Next-Page-Start')
    expect(await ids(`?pageSize=3&pageStart=${next}`)).toEqual(['team/app', 'team/web'])
  })

  test.each([
    ['sort=owner', 'sort'],
    ['pageSize=all', 'pageSize'],
  ])('refuse %s', async (query, field) => {
    const answer = await api.as('admin').ask('GET', `/api/v0/repositories?${query}`)
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(answer.json).toMatchObject({ errors: [{ detail: { field } }] })
  })

  const get = (path: string, as: TestPerson = 'admin') =>
    api.as(as).ask('GET', `/api/v0/repositories/${path}`)

  test('are read one by one, with any number of parts in their names', async () => {
    for (const id of ['team/app', 'a/b/c']) {
      expect(checkedBody(await get(id), repository)).toMatchObject({ id })
    }
    for (const path of ['team/nothing', 'a/b', 'Team/App', 'team/%2e%2e%2fapp', 'team%2Fapp/x']) {
      expect(await get(path)).toMatchObject({ status: 404, code: 'NO_SUCH_REPOSITORY' })
    }
  })

  test('of a namespace are listed under its name', async () => {
    expect(checkedBody(await get('team?limit=25'), repositoryList).repositories).toHaveLength(2)
    expect(checkedBody(await get('team?filter=nothing'), repositoryList).repositories).toEqual([])
    expect(await get('nothing')).toMatchObject({ status: 404, code: 'NO_SUCH_REPOSITORY' })
    expect(await get('library', 'reader')).toMatchObject({ status: 404 })
  })

  test('of one part stand beside the namespace of that name', async () => {
    expect(repository.parse((await get('solo')).json)).toMatchObject({ id: 'solo' })
    await api.as('admin').pushImage('solo/two', small, 'x')
    const both = (await get('solo')).json
    expect(repositoryOrNamespace.safeParse(both).success).toBe(true)
    expect(both).toMatchObject({ id: 'solo', repositories: [{ id: 'solo/two' }] })
  })

  test('may be called `tags`, and the repository that exists decides the meaning of a path', async () => {
    const admin = api.as('admin')
    await admin.pushImage('team/tags', small, 'v1')
    expect((await get('team/tags')).json).toMatchObject({ id: 'team/tags' })
    expect((await get('team/tags/tags')).json).toMatchObject({ name: 'team/tags' })
    expect((await get('team/app/tags')).json).toMatchObject({ name: 'team/app' })
    expect(await get('team/tags/v1')).toMatchObject({ status: 404 })
  })
})
