import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StateError } from '#state/state-error.ts'
import { openAgreeingServers, type AgreeingServers } from '#testing/postgres/agreeing-servers.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { createPostgresBlobLeases } from './postgres-blob-leases.ts'

describe.skipIf(findPostgres() === null)(
  'a collection that ends while the database is lost',
  () => {
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

    it('keeps no other one from beginning once it answers', async () => {
      const server = await servers.start('the first')
      const other = createPostgresBlobLeases(await servers.start('the second'))
      let isLost = false
      const leases = createPostgresBlobLeases({
        ...server,
        agreement: {
          ...server.agreement,
          async endLead(epoch) {
            if (isLost) throw new StateError('UNAVAILABLE', 'the database does not answer')
            await server.agreement.endLead(epoch)
          },
        },
      })
      const begin = () => other.startCollection({ includePushLeases: true })
      await leases.startCollection({ includePushLeases: true })
      isLost = true
      await leases.endCollection()
      await expect(begin()).rejects.toThrow('another collection is running already')
      isLost = false
      await expect.poll(() => begin().then(() => 'begun', String)).toBe('begun')
      await other.endCollection()
    })
  },
)
