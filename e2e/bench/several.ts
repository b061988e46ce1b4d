import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { ask, type Job } from '../server-only/api-client.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { withCopy, type GeneratedStore } from './collecting.ts'
import { median, progress } from './measure.ts'
import { cpuSecondsOf } from './process-cost.ts'
import { inParallel, registryClient, smallImage } from './registry-traffic.ts'
import type { Figure } from './report.ts'

/** One server with its state in a file, one with it in PostgreSQL, and several that agree there. */
interface Group {
  readonly name: string
  readonly servers: number
  readonly isOnPostgres: boolean
  readonly agrees: boolean
}

const several = (servers: number): Group => ({
  name: `${servers} of several servers`,
  servers,
  isOnPostgres: true,
  agrees: true,
})

const groups: readonly Group[] = [
  { name: 'one server, SQLite', servers: 1, isOnPostgres: false, agrees: false },
  { name: 'one server, PostgreSQL', servers: 1, isOnPostgres: true, agrees: false },
  several(1),
  several(2),
  several(3),
]

/** What some work took of one group. */
interface Cost {
  readonly seconds: number
  readonly serverSeconds: number
  readonly databaseSeconds: number
}

/** Of the processes that serve PostgreSQL's connections, and those that do its other work. */
async function databaseSeconds(postgres: ThrowawayPostgres): Promise<ReadonlyMap<number, number>> {
  const rows = await postgres.run('select pid from pg_stat_activity where pid <> pg_backend_pid()')
  const processes = rows.map(({ pid }) => Number(pid))
  return new Map(processes.map((process) => [process, cpuSecondsOf(process) ?? 0]))
}

const serverSeconds = (servers: readonly ServerProcess[]): number =>
  servers.reduce((sum, { processId }) => sum + (cpuSecondsOf(processId) ?? 0), 0)

/** Processor time, user and system, beside the time that the work took. */
async function costOf(
  servers: readonly ServerProcess[],
  postgres: ThrowawayPostgres,
  act: () => Promise<void>,
): Promise<Cost> {
  const [before, databaseBefore] = [serverSeconds(servers), await databaseSeconds(postgres)]
  const startedAt = performance.now()
  await act()
  const seconds = (performance.now() - startedAt) / 1000
  const after = serverSeconds(servers)
  let database = 0
  for (const [process, cpuSeconds] of await databaseSeconds(postgres)) {
    database += cpuSeconds - (databaseBefore.get(process) ?? 0)
  }
  return { seconds, serverSeconds: after - before, databaseSeconds: database }
}

async function whileServed<T>(
  group: Group,
  storage: string,
  folder: string,
  postgres: ThrowawayPostgres,
  act: (servers: readonly ServerProcess[]) => Promise<T>,
): Promise<T> {
  const environment = {
    JETSAM_SAMPLES: '0',
    JETSAM_STORAGE: storage,
    ...(group.isOnPostgres && { JETSAM_DATABASE: await postgres.newURL() }),
    ...(group.agrees && { JETSAM_SERVERS: 'several' }),
  }
  const servers: ServerProcess[] = []
  try {
    for (let at = 0; at < group.servers; at += 1) {
      servers.push(await startServer(join(folder, `data-${at}`), environment))
    }
    return await act(servers)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function collectWhole(server: ServerProcess, garbage: number): Promise<void> {
  let job = (await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })).body
  while (/waiting|running/.test(job.status)) {
    await wait(20)
    job = (await ask<Job>(server, 'GET', `/jobs/${job.id}`)).body
  }
  const { layers = 0, manifests = 0 } = job.result?.removed ?? {}
  if (job.status !== 'done' || layers + manifests !== garbage) {
    throw new Error(`a collection removed ${layers + manifests} of ${garbage}: ${job.error}`)
  }
}

/** Eight clients, each of which goes to the next server for its next image. */
async function pushMany(
  servers: readonly ServerProcess[],
  images: number,
  firstSeed: number,
): Promise<void> {
  const clients = servers.map(({ origin }) => registryClient(origin))
  await inParallel(images, 8, async (number) => {
    const image = smallImage(firstSeed + number)
    const client = clients[number % clients.length]
    await client?.pushImage(`bench/small${number % 20}`, image, `v${firstSeed + number}`)
  })
}

/**
 * What it costs pushes and collections that servers agree: one server by itself beside one, two and
 * three that share a folder and a database. In turn, so that other load on the machine affects all of
 * them; processor time says most where there is some.
 */
export async function benchSeveral(
  store: GeneratedStore,
  images: number,
  runs: number,
): Promise<Figure[]> {
  const pushes = new Map<string, Cost[]>(groups.map(({ name }) => [name, []]))
  const collections = new Map<string, Cost[]>(groups.map(({ name }) => [name, []]))
  const postgres = await startThrowawayPostgres()
  try {
    for (let round = 0; round < runs; round += 1) {
      for (const group of groups) {
        await withCopy(store, (storage, folder) =>
          whileServed(group, storage, folder, postgres, async (servers) => {
            const [server] = servers
            if (server === undefined) throw new Error('a group without servers')
            // Compiles, and opens connections.
            await pushMany(servers, 80, 1_000_000)
            const collection = await costOf(servers, postgres, () =>
              collectWhole(server, store.facts.garbage.blobs),
            )
            collections.get(group.name)?.push(collection)
            const push = await costOf(servers, postgres, () => pushMany(servers, images, 1))
            pushes.get(group.name)?.push(push)
            progress(
              `${group.name}: ${(images / push.seconds).toFixed(0)} pushes a second, collection ${collection.seconds.toFixed(2)} s`,
            )
          }),
        )
      }
    }
  } finally {
    await postgres.remove()
  }

  const figures: Figure[] = []
  const say = (work: string, name: string, value: number, unit: string) =>
    figures.push({ work, name, value, unit })
  for (const { name } of groups) {
    const work = `pushes of ${images} small images, eight at once`
    const of = (key: keyof Cost): number =>
      median((pushes.get(name) ?? []).map((cost) => cost[key]))
    say(work, `${name}: pushes a second`, images / of('seconds'), '')
    say(
      work,
      `${name}: processor time of servers, each push`,
      of('serverSeconds') * (1000 / images),
      'ms',
    )
    say(work, `${name}: of the database, each push`, of('databaseSeconds') * (1000 / images), 'ms')
  }
  for (const { name } of groups) {
    const work = `collection, ${store.facts.blobs} blobs, ${store.facts.garbage.blobs} of them garbage`
    const of = (key: keyof Cost): number =>
      median((collections.get(name) ?? []).map((cost) => cost[key]))
    say(work, name, of('seconds'), 's')
    say(work, `${name}: processor time of servers`, of('serverSeconds'), 's')
    say(work, `${name}: of the database`, of('databaseSeconds'), 's')
  }
  return figures
}
