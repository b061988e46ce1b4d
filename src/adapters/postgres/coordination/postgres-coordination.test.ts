import { afterAll, beforeAll, describe } from 'vitest'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import {
  openAgreeingServers,
  type AgreeingServer,
  type AgreeingServers,
} from '#testing/postgres/agreeing-servers.ts'
import {
  blobLeasesContract,
  type LeasesUnderTest,
} from '#testing/conformance/coordination/blob-leases.ts'
import { leadershipContract } from '#testing/conformance/coordination/leadership.ts'
import { pushGateContract } from '#testing/conformance/coordination/push-gate.ts'
import { repositoryLockContract } from '#testing/conformance/coordination/repository-lock.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import { fencedStores } from '#storage/wrappers/fenced-store.ts'
import { createPostgresBlobLeases } from './postgres-blob-leases.ts'
import { createPostgresLeadership } from './postgres-leadership.ts'
import { createGateTable } from './gate-table.ts'
import { createPostgresPushGate } from './postgres-push-gate.ts'
import { createPostgresRepositoryLock } from './postgres-repository-lock.ts'

describe.skipIf(findPostgres() === null)('one of several servers on PostgreSQL', () => {
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

  /** A server that others are beside. */
  async function startAmongOthers(
    other: (server: AgreeingServer) => void = () => {},
  ): Promise<AgreeingServer> {
    await servers.reset()
    servers.time.nowMs = 0
    const server = await servers.start('the first')
    other(await servers.start('the second'))
    return server
  }

  async function next(server: AgreeingServer): Promise<AgreeingServer> {
    server.kill()
    const follower = await servers.start('its follower')
    await servers.silence()
    await servers.settle()
    return follower
  }

  async function openLeases(): Promise<LeasesUnderTest> {
    const server = await startAmongOthers()
    // The others beat while a collection waits for them.
    const create = (one: AgreeingServer) =>
      createPostgresBlobLeases({ ...one, wait: () => servers.beat() })
    return {
      leases: create(server),
      pass: (ms) => void (servers.time.nowMs += ms),
      afterCrash: async () => create(await next(server)),
    }
  }

  blobLeasesContract('on PostgreSQL', openLeases, { orders: 30 })

  repositoryLockContract('on PostgreSQL', async () => {
    const server = await startAmongOthers()
    return {
      runLocked: createPostgresRepositoryLock(server),
      afterCrash: async () => createPostgresRepositoryLock(await next(server)),
    }
  })

  pushGateContract('on PostgreSQL', async () => {
    // Of this test alone: a wait of an earlier one may still end.
    const time = { nowMs: 0 }
    const create = (one: AgreeingServer) =>
      createPostgresPushGate({
        ...one,
        table: createGateTable(one.db),
        clock: { nowMs: () => time.nowMs },
        async wait(milliseconds) {
          const dueMs = time.nowMs + milliseconds
          // All servers hear first, and say, what does not need time.
          await servers.beat()
          time.nowMs = Math.max(time.nowMs, dueMs)
        },
        waitForServers: () => servers.beat(),
      })
    const server = await startAmongOthers(create)
    return { gate: create(server), time, afterCrash: async () => create(await next(server)) }
  })

  leadershipContract('on PostgreSQL', async () => {
    await servers.reset()
    const files = createMemoryFileTree()
    const stores = {
      objects: createMemoryObjectStore(files),
      uploadStore: createMemoryUploadStore(files),
    }
    const candidates: AgreeingServer[] = []
    let silent: readonly AgreeingServer[] = []
    function silence(): void {
      silent = [...candidates]
      for (const server of silent) server.freeze()
    }
    return {
      candidate: (what) => ({
        async acquire() {
          const server = await servers.start(what)
          candidates.push(server)
          if (silent.length > 0) {
            await servers.silence()
            // Then they run again, with clocks that stood still.
            for (const one of silent) one.thaw()
            silent = []
          }
          return await createPostgresLeadership({ ...server, subject: 'storage', what }).acquire()
        },
      }),
      freezeLeader: silence,
      loseAll: silence,
      storesOf: async ({ mayWrite }) => fencedStores(stores, mayWrite),
      close: async () => {},
    }
  })
})
