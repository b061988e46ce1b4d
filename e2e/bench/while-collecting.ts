import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, type Job } from '../server-only/api-client.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { withCopy, type GeneratedStore } from './collecting.ts'
import { median, progress } from './measure.ts'
import type { Figure } from './report.ts'

type Noticed = Omit<Figure, 'work'>

/** What clients do with a server, and what they measure. */
export interface Observation<T> {
  /** Prepares the clients' work, and resolves to a function that works until it is over. */
  prepare(server: ServerProcess): Promise<(isOver: () => boolean) => Promise<T>>
  figures(idle: T, meanwhile: T): readonly Noticed[]
}

/** Whether pushes are kept out while a collection deletes. */
export type PushMode = 'reject-pushes' | 'accept-pushes'

const idleMs = 5000
/** A server that has just started is slow at first. */
const warmingMs = 4000

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0

/** The amount of some work, and the share of it that remains during a collection. */
export const ratesOf = (what: string, unit: string, idle: number, meanwhile: number): Noticed[] => [
  { name: `${what}, idle`, value: idle, unit },
  { name: `${what}, while collecting`, value: meanwhile, unit },
  { name: 'while collecting as a share of idle', value: (100 * meanwhile) / idle, unit: '%' },
]

/** The duration of some work, in milliseconds each time. */
export const delaysOf = (
  what: string,
  idle: readonly number[],
  meanwhile: readonly number[],
): Noticed[] => [
  { name: `${what}, idle, median`, value: median(idle), unit: 'ms' },
  { name: `${what}, idle, p99`, value: p99(idle), unit: 'ms' },
  { name: `${what}, while collecting, median`, value: median(meanwhile), unit: 'ms' },
  { name: `${what}, while collecting, p99`, value: p99(meanwhile), unit: 'ms' },
]

async function setMode(server: ServerProcess, whileCollecting: PushMode): Promise<void> {
  const path = '/garbage-collection/policy'
  const { body } = await ask<object>(server, 'GET', path)
  const { status } = await ask(server, 'PUT', path, { ...body, whileCollecting })
  if (status !== 200) throw new Error(`the policy was answered with ${status}`)
}

/** What clients measure of an idle server, and then of one that collects a copy of a store. */
export const benchWhileCollecting = <T>(
  store: GeneratedStore,
  what: string,
  mode: PushMode,
  { prepare, figures }: Observation<T>,
): Promise<Figure[]> =>
  withCopy(store, async (storage, folder) => {
    const server = await startServer(join(folder, 'data'), {
      JETSAM_STORAGE: storage,
      JETSAM_SAMPLES: '0',
    })
    try {
      await setMode(server, mode)
      const act = await prepare(server)
      // Answered once the start has read everything that it needs.
      await ask(server, 'GET', '/garbage-collection/reclaimable')
      const actFor = (durationMs: number): Promise<T> => {
        const endsAt = performance.now() + durationMs
        return act(() => performance.now() > endsAt)
      }
      await actFor(warmingMs)
      const idle = await actFor(idleMs)

      const startedAt = performance.now()
      let { body: job } = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
      const isOver = (): boolean => !/waiting|running/.test(job.status)
      async function follow(): Promise<void> {
        while (!isOver()) {
          await wait(100)
          job = (await ask<Job>(server, 'GET', `/jobs/${job.id}`)).body
        }
      }
      const [meanwhile] = await Promise.all([act(isOver), follow()])
      const seconds = (performance.now() - startedAt) / 1000
      if (job.status !== 'done') throw new Error(`the collection ended as ${job.status}`)

      const work = `${what} while ${store.facts.blobs} blobs are collected (${mode})`
      progress(`${work}: ${seconds.toFixed(2)} s`)
      return [
        { work, name: 'the collection', value: seconds, unit: 's' },
        {
          work,
          name: 'pushes kept out for',
          value: (job.result?.gateClosedMs ?? 0) / 1000,
          unit: 's',
        },
        ...figures(idle, meanwhile).map((figure) => ({ work, ...figure })),
      ]
    } finally {
      await server.stop()
    }
  })
