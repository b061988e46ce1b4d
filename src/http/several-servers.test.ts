import { describe, expect, test } from 'vitest'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { createMemoryFeed } from '#testing/services/memory-feed.ts'

/** Two servers over one storage and one state, whose clocks stand still. */
async function openServers(): Promise<readonly [TestApi, TestApi]> {
  const shared = { state: createMemoryState(), feed: createMemoryFeed() }
  const storage = createMemoryFileTree({ clock: { nowMs: () => Date.UTC(2026, 10, 24, 12) } })
  return [await createTestApi({ storage, shared }), await createTestApi({ storage, shared })]
}

const tagsAt = async (api: TestApi): Promise<readonly string[]> => {
  const answer = await api.as('writer').ask('GET', '/api/v0/repositories/team/app/tags')
  const { tags } = answer.json as { tags: readonly { name: string }[] }
  return tags.map(({ name }) => name)
}

describe('a question to one server', () => {
  test('knows what another has answered before: pushes, deletions, restorations', async () => {
    const [a, b] = await openServers()
    const image = tinyImage({ layers: ['layer'] })
    await a.as('writer').pushImage('team/app', image, '1.0', '2.0')
    expect(await tagsAt(b)).toEqual(['1.0', '2.0'])
    const path = '/api/v0/repositories/team/app/tags/2.0'
    expect((await a.as('owner').ask('DELETE', path)).status).toBeLessThan(300)
    expect(await tagsAt(b)).toEqual(['1.0'])
    await b.as('writer').pushImage('team/app', image, '3.0')
    expect(await tagsAt(a)).toEqual(['1.0', '3.0'])
  })

  test('finds a new repository, and none that is gone', async () => {
    const [a, b] = await openServers()
    const namesAt = async (api: TestApi) => {
      const answer = await api.as('admin').ask('GET', '/api/v0/repositories')
      const { repositories } = answer.json as {
        repositories: readonly { name: string }[]
      }
      return repositories.map(({ name }) => name)
    }
    expect(await namesAt(b)).toEqual([])
    await a.as('writer').pushImage('team/app', tinyImage({ layers: [] }), '1.0')
    expect(await namesAt(b)).toEqual(['app'])
  })

  test('is answered without the others while they cannot be heard', async () => {
    const shared = { state: createMemoryState(), feed: createMemoryFeed() }
    const api = await createTestApi({ shared })
    await api.as('writer').pushImage('team/app', tinyImage({ layers: [] }), '1.0')
    shared.feed.isLost = true
    expect(await tagsAt(api)).toEqual(['1.0'])
    expect(api.failures.at(-1)).toContain('what other servers changed')
  })
})

describe('a session and a token of one server', () => {
  test('are those of the other, until they end', async () => {
    const [a, b] = await openServers()
    const signedIn = await a.services.authentication.signIn('owner', 'owner-password', null)
    const session = signedIn.ok ? signedIn.value.token : ''
    const ask = (api: TestApi) =>
      api.fetch(new Request('http://jetsam.test/api/v0/repositories'), { sessionToken: session })
    expect((await ask(b)).status).toBe(200)
    const { id, client } = await b.tokenOf('owner')
    const secret = await a.services.state.accessTokens.find(id)
    expect(secret).toMatchObject({ accountName: 'owner' })
    expect((await client.ask('GET', '/v2/')).status).toBe(200)
    await a.services.authentication.signOut(session, null)
    expect((await ask(b)).status).toBe(401)
  })
})
