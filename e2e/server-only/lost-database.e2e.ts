import { expect, test } from '@playwright/test'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { basic } from '../clients.ts'
import { postgresOfWorker } from '../throwaway-database.ts'
import type { ThrowawayPostgres } from '../../src/testing/postgres/throwaway-postgres.ts'
import { ask, collect, ended, startCollection } from './api-client.ts'

/** A server whose database goes away while it runs, in each way, and comes back. */

interface Loss {
  readonly lose: (postgres: ThrowawayPostgres) => Promise<void> | void
  readonly find: (postgres: ThrowawayPostgres) => Promise<void> | void
}

const losses: Readonly<Record<string, Loss>> = {
  'is stopped': { lose: (one) => one.stop('fast'), find: (one) => one.start() },
  crashes: { lose: (one) => one.stop('crash'), find: (one) => one.start() },
  'is frozen, so that connections stay open': {
    lose: (one) => one.pause(),
    find: (one) => one.resume(),
  },
}

const image = '/repositories/team/app/manifests/1.0'
const schedule = '/admin/settings/registry/garbageCollection/schedule'

async function withToken(server: ServerProcess, token: string, path: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  return (await fetch(`${server.origin}${path}`, { headers })).status
}

async function tokenOf(server: ServerProcess): Promise<string> {
  const path = '/v2/token?scope=repository:team/app:pull'
  const answer = await fetch(`${server.origin}${path}`, { headers: { Authorization: basic } })
  return ((await answer.json()) as { token: string }).token
}

for (const [how, { lose, find }] of Object.entries(losses)) {
  test(`a database that ${how} is refused for, and used again by itself`, async () => {
    const postgres = await postgresOfWorker()
    const folder = await makeFolder()
    const server = await startServer(folder.path, {
      JETSAM_DATABASE: await postgres.newURL(),
      JETSAM_SAMPLES: '1',
    })
    try {
      const token = await tokenOf(server)
      expect((await ask(server, 'DELETE', image)).status).toBe(204)
      await lose(postgres)
      const isSaid = () => server.output().includes('Until then only pulls under way go on')
      await expect.poll(isSaid, { timeout: 30_000 }).toBe(true)

      const refused = await fetch(`${server.origin}/api/v0${schedule}`, {
        method: 'POST',
        headers: { Authorization: basic, 'Content-Type': 'application/json' },
        body: '{"schedule":"@midnight"}',
      })
      expect(refused.status).toBe(503)
      expect(refused.headers.get('Retry-After')).toBe('5')
      expect(await refused.text()).toContain('STATE_UNAVAILABLE')
      expect((await ask(server, 'POST', '/admin/jobs', { job: 'registryGC' })).status).toBe(503)
      expect((await ask(server, 'DELETE', image)).status).toBe(503)
      expect(await withToken(server, token, '/v2/team/app/manifests/1.1')).toBe(200)

      await find(postgres)
      const isBack = () => server.output().includes('the database answers again')
      await expect.poll(isBack, { timeout: 30_000 }).toBe(true)
      expect((await ask(server, 'POST', schedule, { schedule: '@midnight' })).status).toBe(200)
      expect((await ask<{ entries: object[] }>(server, 'GET', '/trash')).body.entries).toHaveLength(
        1,
      )
      await collect(server)
      expect(server.output()).not.toContain('    at ')
      expect(await server.stop()).toBe(0)
    } finally {
      await find(postgres)
      await server.kill()
      await folder.remove()
    }
  })
}

test('a collection that loses its database removes nothing, and says so afterwards', async () => {
  const postgres = await postgresOfWorker()
  const folder = await makeFolder()
  const server = await startServer(folder.path, {
    JETSAM_DATABASE: await postgres.newURL(),
    JETSAM_SAMPLES: '1',
  })
  try {
    await ask(server, 'PUT', '/garbage-collection/policy', {
      timeLimitMinutes: null,
      whileCollecting: 'hold-pushes',
      trashRetentionHours: 0,
      collectUntagged: false,
      untaggedMinimumAgeHours: 24,
    })
    expect((await ask(server, 'DELETE', image)).status).toBe(204)
    // A push whose body does not come keeps the collection before its first removal.
    const pushing = await fetch(`${server.origin}/v2/team/app/blobs/uploads/`, {
      method: 'POST',
      headers: { Authorization: basic },
    })
    const late: { send: () => void } = { send: () => {} }
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([1]))
        late.send = () => controller.close()
      },
    })
    const patching = fetch(new URL(pushing.headers.get('Location') ?? '', server.origin), {
      method: 'PATCH',
      headers: { Authorization: basic },
      body,
      duplex: 'half',
    } as RequestInit)
    const job = await startCollection(server)
    await expect
      .poll(
        async () =>
          (await ask<{ progress: { phase: string } | null }>(server, 'GET', `/jobs/${job.id}`)).body
            .progress?.phase,
      )
      .toBe('waiting for pushes')
    postgres.pause()
    late.send()
    await patching.catch(() => {})
    const isSaid = () => server.output().includes('a collection stopped before its next removal')
    await expect.poll(isSaid, { timeout: 30_000 }).toBe(true)
    postgres.resume()
    const last = await ended(server, job)
    expect(last).toMatchObject({
      status: 'errored',
      error: expect.stringContaining('stopped before the next removal'),
      result: { removed: { layers: 0, manifests: 0 } },
    })
    expect((await collect(server)).result?.removed.manifests).toBeGreaterThan(0)
  } finally {
    postgres.resume()
    await server.kill()
    await folder.remove()
  }
})
