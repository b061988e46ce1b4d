import { tagList } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { layOutHugeRepository } from '#hosts/mock/huge-registry.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

const tagCount = 30_000

const imageCount = 20
/** For each image its manifest, its configuration and its own layer; and six shared layers. */
const thingsOfImages = imageCount * 3 + 6

test('filters, sorts and pages tens of thousands of tags from the index, and reads storage only for the images of a page', async () => {
  const api = await createTestApi()
  const files = layOutHugeRepository({
    repository: 'team/huge',
    tagCount,
    imageCount,
    newestAtMs: api.clock.nowMs(),
  })
  for (const [path, { bytes }] of files) await api.storage.write(path, bytes)
  const opened: string[] = []
  const seen: string[][] = []
  const get = async (query: string) => {
    const path = `/api/v0/repositories/team/huge/tags?count=true&${query}`
    opened.length = 0
    const answer = await api.as('reader').ask('GET', path)
    seen.push([...opened])
    return {
      names: checkedBody(answer, tagList).tags.map(({ name }) => name),
      count: Number(answer.headers.get('X-Resource-Count')),
      next: answer.headers.get('X-Next-Page-Start'),
    }
  }
  // Reads the repository, and the configurations of its twenty images.
  const first = await get('pageSize=50')
  expect(first).toMatchObject({ count: tagCount })
  expect(first.names[0]).toBe('build-000000')

  const { open, list } = api.storage
  seen.length = 0
  Object.assign(api.storage, {
    open: (path: string, options?: object) => (opened.push(path), open(path, options)),
    list: (path: string) => (opened.push(path), list(path)),
  })
  const second = await get(`pageSize=250&pageStart=${first.next}`)
  expect(second.names).toHaveLength(250)
  expect(second.names[0]).toBe('build-000050')
  expect(await get('filter=29999')).toEqual({ names: ['build-029999'], count: 1, next: null })
  for (const sort of ['-name', 'size', '-size', 'updatedAt', '-updatedAt', '-exclusiveSize']) {
    const page = await get(`sort=${sort}&pageSize=1000`)
    expect(page).toMatchObject({ count: tagCount })
    expect(
      new Set([
        ...page.names,
        ...(await get(`sort=${sort}&pageSize=1000&pageStart=${page.next}`)).names,
      ]).size,
    ).toBe(2000)
  }
  for (const paths of seen) {
    // Each file, and its link, at most once; and no file of the tags.
    expect(new Set(paths).size).toBe(paths.length)
    expect(paths.length).toBeLessThanOrEqual(thingsOfImages * 2)
    expect(paths.filter((path) => !/\/(?:data|link)$/.test(path))).toEqual([])
    expect(paths.filter((path) => path.includes('/tags/'))).toEqual([])
  }
})
