import { beforeEach, describe, expect, test } from 'vitest'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base', 'one'] })

describe('tags deleted one by one', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('admin').pushImage('team/app', image, 'a', 'b', 'c')
  })

  const send = (method: string, path: string, body?: unknown) =>
    api
      .as('writer')
      .ask(
        method,
        `/api/v0${path}`,
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      )
  /** By tag, because all were deleted at the same time. */
  const entries = async () =>
    ((await send('GET', '/trash')).json as { entries: Record<string, unknown>[] }).entries.toSorted(
      (one, other) => (String(one.tags) < String(other.tags) ? -1 : 1),
    )
  const tags = async () =>
    ((await api.as('writer').ask('GET', '/v2/team/app/tags/list')).json as { tags: string[] }).tags

  test.each(['/v2/team/app/manifests/', '/api/v0/repositories/team/app/tags/'])(
    'are all in the trash after DELETE %s',
    async (path) => {
      for (const tag of ['a', 'b']) await api.as('writer').ask('DELETE', path + tag)
      expect(await entries()).toMatchObject([
        { kind: 'tags', tags: ['a'], held: 0, restorable: true, mediaType: '' },
        { kind: 'tags', tags: ['b'], held: 0, restorable: true, earlierTags: [] },
      ])
      await api.as('writer').ask('DELETE', path + 'c')
      const [entry, ...others] = await entries()
      expect(others).toEqual([])
      expect(entry).toMatchObject({
        kind: 'image',
        tags: ['a', 'b', 'c'],
        earlierTags: ['a', 'b'],
        digest: image.digest,
      })
      expect((await send('POST', `/trash/${String(entry?.id)}/restore`, {})).status).toBe(204)
      expect(await tags()).toEqual(['a', 'b', 'c'])
      expect(await entries()).toEqual([])
    },
  )

  test('are listed, and restored one by one', async () => {
    const answer = await send('DELETE', '/repositories/team/app/tags/a')
    const id = answer.headers.get('Jetsam-Trashed-Tag') ?? ''
    expect(answer.headers.get('Jetsam-Trash-Entry')).toBeNull()
    expect((await send('POST', `/trash/${id}/restore`)).status).toBe(204)
    expect(await tags()).toEqual(['a', 'b', 'c'])
    expect(await entries()).toEqual([])
  })

  test('are not restored without their image', async () => {
    const deletedTag = await send('DELETE', '/repositories/team/app/tags/a')
    const id = deletedTag.headers.get('Jetsam-Trashed-Tag') ?? ''
    await send('DELETE', '/repositories/team/app/manifests/b')
    expect(await send('POST', `/trash/${id}/restore`)).toMatchObject({
      status: 409,
      code: 'CONTENT_MISSING',
    })
    expect((await entries()).map((entry) => entry.tags)).toEqual([['a', 'b', 'c']])
  })

  test('are left out of a restore on request', async () => {
    await send('DELETE', '/repositories/team/app/tags/a')
    const deleted = await send('DELETE', '/repositories/team/app/manifests/b')
    const id = deleted.headers.get('Jetsam-Trash-Entry') ?? ''
    expect((await send('POST', `/trash/${id}/restore`, { earlierTags: false })).status).toBe(204)
    expect(await tags()).toEqual(['b', 'c'])
    expect(await entries()).toMatchObject([{ kind: 'tags', tags: ['a'], restorable: true }])
    // As Undo sets a tag again.
    await send('PUT', '/repositories/team/app/tags/a', { digest: image.digest })
    expect(await entries()).toEqual([])
  })

  test('are in the activity when they are restored or deleted forever', async () => {
    for (const tag of ['a', 'b']) await send('DELETE', `/repositories/team/app/tags/${tag}`)
    const [a, b] = await entries()
    await send('POST', `/trash/${String(a?.id)}/restore`)
    await send('DELETE', `/trash/${String(b?.id)}`)
    const activity = await send('GET', '/activity?repository=team/app')
    const kinds = (activity.json as { entries: { kind: string }[] }).entries.map(({ kind }) => kind)
    expect(kinds.slice(0, 4)).toEqual([
      'tag deleted forever',
      'tag restored',
      'tag deleted',
      'tag deleted',
    ])
  })
})
