import { expect, test } from 'vitest'
import { createTestWorld } from '#testing/builders/test-world.ts'
import { createBearerTokens } from './bearer-tokens.ts'

test('the first bearer tokens of servers that share a state are those of all', async () => {
  const world = createTestWorld()
  let made = 0
  const randomBytes = (length: number) => new Uint8Array(length).fill((made += 1))
  const servers = [1, 2, 3].map(() => createBearerTokens({ ...world, randomBytes }))
  const grant = { repositories: [], catalog: true }
  const tokens = await Promise.all(servers.map((server) => server.createBearer(null, grant)))
  for (const token of tokens) {
    for (const server of servers) expect(await server.readBearer(token)).toMatchObject({ grant })
  }
})
