import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSerialQueue, type RunSerially } from '#coordination/serial-queue.ts'
import type { ServerProcess } from '../../server-process.ts'
import type { Job } from '../api-client.ts'
import { onceCountedOut } from '#hosts/server/several/several-options.ts'
import type { Several } from '../several-world.ts'
import { call, codesOf, textOf } from './calls.ts'
import { count, type Fire } from './clients.ts'
import type { Random } from './random.ts'

/** Servers of which any may be gone or frozen, and collections that run back to back on them. */
export interface Burning extends Fire {
  readonly several: Several
  /** Kills a server at once, and notes that it is gone. */
  kill(server: ServerProcess): Promise<void>
  /** It will end: nothing is asked of it any more. */
  giveUp(server: ServerProcess): void
  freeze(server: ServerProcess): void
  wake(server: ServerProcess): void
  /** Starts one again that has ended. */
  restart(server: ServerProcess): Promise<ServerProcess>
  /** Servers that run and answer. */
  up(): readonly ServerProcess[]
  /** No other collection starts meanwhile. */
  readonly alone: RunSerially
  setMode(mode: Mode): Promise<void>
  /** Starts one, once none runs. Null: the server is gone before. */
  startCollection(server: ServerProcess): Promise<Job | null>
  /** Waits until a collection has ended, seen through any server. */
  whenEnded(job: Job): Promise<Job>
  /** The number under which a server is one of the servers; null: it is none. */
  numberOf(server: ServerProcess): Promise<number | null>
  /** Of tables of the agreement. */
  rows(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Each server looks at once what is agreed on. */
  beat(): Promise<void>
}

export type Mode = 'accept-pushes' | 'reject-pushes' | 'hold-pushes'

export const untilTrue = async (
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  withinMs = 60_000,
): Promise<void> => {
  const until = Date.now() + withinMs
  while (!(await isTrue())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs / 1000} s: ${what}`)
    await sleep(50)
  }
}

/** A collection whose server died keeps others from starting for 45 s. */
const startsWithinMs = 150_000

/** One in so many requests goes to a server that is gone or frozen, as before a balancer notices. */
const unnoticed = 60

export function setOnFire(several: Several): Burning {
  const { servers, database } = several
  const { postgres, schema } = database
  const states = new Map<ServerProcess, 'frozen' | 'gone'>()
  const counts = new Map<string, number>()
  const faults: string[] = []
  let mode: Mode | null = null
  let upheavals = 0

  const up = () => servers.filter((server) => !states.has(server))
  const rows = (statement: string) =>
    postgres.run(statement.replaceAll('agreement_', `${schema}.agreement_`))

  function change(server: ServerProcess, state: 'frozen' | 'gone' | null): void {
    upheavals += 1
    if (state === null) states.delete(server)
    else states.set(server, state)
  }

  const burning: Burning = {
    several,
    counts,
    sent: new Set(),
    faults,
    up,
    alone: createSerialQueue(),
    upheavals: () => upheavals,
    keepsPushes: () => mode === 'accept-pushes',
    server: (random: Random) =>
      random.below(unnoticed) === 0 ? random.of(servers) : random.of(up()),
    giveUp: (server) => change(server, 'gone'),
    async kill(server) {
      change(server, 'gone')
      await server.kill()
      count(burning, 'kills')
    },
    freeze(server) {
      change(server, 'frozen')
      process.kill(server.processId, 'SIGSTOP')
    },
    wake(server) {
      process.kill(server.processId, 'SIGCONT')
      change(server, null)
    },
    async restart(server) {
      change(server, 'gone')
      const again = await several.restart(servers.indexOf(server))
      supervise(again)
      return again
    },
    async setMode(wanted) {
      for (;;) {
        const [server] = up()
        const path = '/api/v0/garbage-collection/policy'
        const policy = server && (await call(server, 'GET', path))
        if (server && policy?.status === 200) {
          const own = { whileCollecting: wanted, trashRetentionHours: 0 }
          const body = JSON.stringify({ ...(JSON.parse(textOf(policy)) as object), ...own })
          const headers = { 'Content-Type': 'application/json' }
          if (mode !== wanted) upheavals += 1
          mode = wanted
          const set = await call(server, 'PUT', path, { body, headers })
          if (set?.status === 200) return
        }
        await sleep(200)
      }
    },
    async startCollection(server) {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ job: 'registryGC' })
      for (const until = Date.now() + startsWithinMs; Date.now() < until; await sleep(500)) {
        if (states.has(server)) return null
        const told = await call(server, 'POST', '/api/v0/admin/jobs', { body, headers })
        if (told?.status === 202) return JSON.parse(textOf(told)) as Job
        const answer = told === null ? 'no answer' : `${told.status} ${codesOf(told)}`
        count(burning, `collections not started: ${answer}`)
      }
      throw new Error('no collection starts')
    },
    async whenEnded({ id }) {
      for (;;) {
        const [server] = up()
        const told = server && (await call(server, 'GET', `/api/v0/jobs/${id}`))
        const job = told?.status === 200 ? (JSON.parse(textOf(told)) as Job) : null
        if (job !== null && !/waiting|running/.test(job.status)) {
          count(burning, `collections: ${job.status}${job.error === null ? '' : `, ${job.error}`}`)
          const { removed, verification } = job.result ?? {}
          if (verification && verification.broken.length > 0) {
            faults.push(`a collection found broken tags: ${JSON.stringify(verification.broken)}`)
          }
          const { layers = 0, manifests = 0 } = removed ?? {}
          count(burning, 'removed by collections', layers + manifests)
          return job
        }
        await sleep(50)
      }
    },
    async numberOf(server) {
      const found = await rows('select id, fence from agreement_servers')
      for (const { id, fence } of found) {
        const text = await identityOf(several, String(fence))
        const { pid } = JSON.parse(text) as { pid?: number }
        if (pid === server.processId) return Number(id)
      }
      return null
    },
    rows,
    async beat() {
      await postgres.run(`select pg_notify('jetsam_' || md5('${schema}'), '')`)
    },
  }
  /** Starts a server again that was counted out because the machine was too busy for it. */
  function supervise(server: ServerProcess): void {
    void server.ended().then(async () => {
      if (states.get(server) === 'gone') return null
      count(burning, 'servers that ended by themselves')
      if (!server.output().includes(onceCountedOut)) {
        faults.push(`a server ended by itself:\n${server.output()}`)
      }
      return await burning.restart(server).catch((error: unknown) => faults.push(String(error)))
    })
  }

  for (const server of servers) supervise(server)
  return burning
}

/** In a folder, a file says who a server is; in a bucket, the name of the fence. */
const identityOf = (several: Several, fence: string): Promise<string> | string =>
  fence.startsWith('{')
    ? fence
    : readFile(join(several.storageFolder, 'jetsam/v1/servers', fence), 'utf8').catch(() => '{}')

/** Collections of any server, back to back. */
export async function collectAlways(
  burning: Burning,
  random: Random,
  isOver: () => boolean,
): Promise<void> {
  const modes: readonly Mode[] = [
    'accept-pushes',
    'accept-pushes',
    'reject-pushes',
    'accept-pushes',
    'hold-pushes',
  ]
  for (let run = 0; !isOver(); run += 1) {
    await burning.alone(async () => {
      await burning.setMode(modes[run % modes.length] ?? 'accept-pushes')
      const job = await burning.startCollection(random.of(burning.up()))
      if (job !== null) await burning.whenEnded(job)
    })
    // Between two of them, servers forget what no collection has to keep any more.
    await sleep(300)
  }
}

/**
 * Time passes for pushes that have ended: what they wrote has been seen by every listing, and may be
 * taken once it is deleted. On a folder of one machine that is so at once.
 */
export async function ageAlways({ rows }: Burning, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await rows(`update agreement_intents set ended_at = ended_at - interval '1 hour'
      where ended_at > clock_timestamp() - interval '30 minutes'`).catch(() => {})
    await sleep(300)
  }
}
