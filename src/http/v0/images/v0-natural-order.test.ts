import { repositoryList } from '#contract/images/repositories.ts'
import { tagDetails, tagList } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const inOrder = ['1.2', '1.9', '1.9-rc1', '1.10', '1.100']
const shared = tinyImage({ layers: ['shared'] })

describe('names with numbers', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    const writer = api.as('writer')
    // Pushed in an order that is neither that of numbers nor that of letters.
    for (const tag of ['1.100', '1.9-rc1', '1.2', '1.10', '1.9']) {
      await writer.pushImage('team/app', tinyImage({ layers: [tag] }), tag)
      await api.as('admin').pushImage(`team/app${tag}`, shared, ...inOrder.toReversed())
    }
  })

  const get = (path: string) => api.as('admin').ask('GET', `/api/v0/repositories/${path}`)

  test.each([
    ['sort=name', inOrder],
    ['sort=-name', inOrder.toReversed()],
    // All of the same age, so that their names decide.
    ['sort=updatedAt', inOrder],
    ['sort=-updatedAt', inOrder.toReversed()],
    ['filter=1.1', ['1.10', '1.100']],
  ])('of tags are sorted by their values, across pages: %s', async (query, expected) => {
    const seen: string[] = []
    let start: string | null = ''
    while (start !== null) {
      const next: string = start === '' ? '' : `&pageStart=${start}`
      const answer = await get(`team/app/tags?pageSize=2&${query}${next}`)
      seen.push(...checkedBody(answer, tagList).tags.map(({ name }) => name))
      start = answer.headers.get('X-Next-Page-Start')
    }
    expect(seen).toEqual(expected)
  })

  test.each([
    ['sort=name&startAt=1.9', '1', ['1.9', '1.9-rc1', '1.10', '1.100']],
    ['sort=-name&startAt=1.9', '2', ['1.9-rc1', '1.9', '1.2']],
    ['sort=name&startAt=z', '5', []],
    ['filter=1.1&startAt=1.5', '0', ['1.10', '1.100']],
    ['sort=-updatedAt&startAt=2020-01-01', '5', []],
    ['sort=updatedAt&startAt=2020-01-01', '0', inOrder],
  ])('of tags start where a client wants: %s', async (query, index, expected) => {
    const seen: string[] = []
    const first = await get(`team/app/tags?pageSize=2&count=true&${query}`)
    expect(first.headers.get('X-Resource-Index')).toBe(index)
    let answer = first
    for (;;) {
      seen.push(...checkedBody(answer, tagList).tags.map(({ name }) => name))
      const start = answer.headers.get('X-Next-Page-Start')
      if (start === null) break
      answer = await get(`team/app/tags?pageSize=2&${query}&pageStart=${start}`)
    }
    expect(seen).toEqual(expected)
  })

  test.each([
    'sort=size&startAt=1',
    'sort=updatedAt&startAt=yesterday',
    `startAt=${'a'.repeat(129)}`,
  ])('of tags do not start at %s', async (query) => {
    expect(await get(`team/app/tags?${query}`)).toMatchObject({
      status: 400,
      code: 'INVALID_PARAMETERS',
    })
  })

  test.each(['pushedBefore=soon', 'freesMoreThan=-1', 'freesMoreThan=1MB', 'platform=amd64'])(
    'of tags are not filtered by %s',
    async (query) => {
      expect(await get(`team/app/tags?${query}`)).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETERS',
      })
    },
  )

  test('of repositories are sorted by their values', async () => {
    const { repositories } = checkedBody(await get('team?pageSize=100'), repositoryList)
    expect(repositories.map(({ name }) => name)).toEqual([
      'app',
      ...inOrder.map((tag) => `app${tag}`),
    ])
  })

  test('of tags that show the same image are sorted by their values', async () => {
    const details = checkedBody(await get('team/app1.2/tags/1.2'), tagDetails)
    expect(details.aliases).toEqual(inOrder.slice(1))
  })

  test('are sorted by code units where the OCI specification requires it', async () => {
    const answer = await api.as('admin').ask('GET', '/v2/team/app/tags/list')
    expect(answer.json).toEqual({ name: 'team/app', tags: inOrder.toSorted() })
  })
})
