import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GivenUp } from '#coordination/given-up.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { openAgreeingServers, type AgreeingServers } from '#testing/postgres/agreeing-servers.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { createPostgresBlobLeases } from './postgres-blob-leases.ts'

const { digest } = contentOf('a layer')
const folder = `blobs/${digest}`

describe.skipIf(findPostgres() === null)('waits for other servers', () => {
  let postgres: ThrowawayPostgres
  let servers: AgreeingServers
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    servers = await openAgreeingServers(await postgres.newURL())
  })
  afterAll(async () => {
    await servers.close()
    await postgres.remove()
  })

  it.each(['announced', 'not announced'])(
    'end when the collection is given up, and nothing is removed: %s',
    async (how) => {
      await servers.reset()
      const server = await servers.start('the first')
      const silent = await servers.start('the second')
      silent.freeze()
      const leases = createPostgresBlobLeases(server)
      let isGivenUp = false
      await leases.startCollection({ includePushLeases: true, isGivenUp: () => isGivenUp })
      const waits =
        how === 'announced'
          ? leases.condemn([{ digest, folder }])
          : leases.sentence([digest], () => folder)
      setImmediate(() => (isGivenUp = true))
      await expect(waits).rejects.toBeInstanceOf(GivenUp)
      await leases.endCollection()
      expect(await server.agreement.unsettled([digest])).toEqual([])
      // A client may rely on it again, at once.
      const intended = await leases.withLeases((guard) => guard.intend([digest]))
      expect(intended).toBe(true)
    },
  )

  it('are not made by a client for a removal whose answer will not come', async () => {
    await servers.reset()
    const leader = await servers.start('the leader')
    const other = await servers.start('the other')
    const led = createPostgresBlobLeases({ ...leader, wait: () => servers.beat() })
    await led.startCollection({ includePushLeases: true })
    await led.sentence([digest], () => folder)
    leader.kill()
    await servers.silence()
    let askedMs = 0
    const leases = createPostgresBlobLeases({
      ...other,
      clocks: { ...other.clocks, monotonicMs: () => askedMs },
      wait: async (ms) => void (askedMs += ms),
    })
    for (const ask of ['intend', 'wait'] as const) {
      const asked = leases.withLeases((guard) =>
        ask === 'intend'
          ? guard.intend([digest])
          : guard.waitUntilDeleted(folder, digest).then(() => true),
      )
      await expect(asked).rejects.toMatchObject({
        code: 'BEING_REMOVED',
        message: expect.stringContaining('may still be removed until'),
      })
    }
    // Each of them after about a second.
    expect(askedMs).toBeLessThan(4000)
    await servers.settle()
    expect(await leases.withLeases((guard) => guard.intend([digest]))).toBe(true)
  })
})
