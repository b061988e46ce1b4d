import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ask } from '../server-only/api-client.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { withCopy, type GeneratedStore } from './collecting.ts'
import { median } from './measure.ts'
import { registryClient, smallImage } from './registry-traffic.ts'
import type { Figure } from './report.ts'

const pushersAtOnce = 2
const idleMs = 5000

interface Pushed {
  readonly perSecond: number
  readonly failed: number
  /** How long each push took, the shortest first. */
  readonly tookMs: readonly number[]
}

/** Small images, each of a layer and a configuration that nobody has, until told to stop. */
async function pushUntil(
  server: ServerProcess,
  nextSeed: () => number,
  isOver: () => boolean,
): Promise<Pushed> {
  const client = registryClient(server.origin)
  const tookMs: number[] = []
  let failed = 0
  async function push(): Promise<void> {
    while (!isOver()) {
      const seed = nextSeed()
      const image = smallImage(seed)
      const startedAt = performance.now()
      try {
        await client.pushImage(`bench/pushed${seed % 20}`, image, `v${seed}`)
        tookMs.push(performance.now() - startedAt)
      } catch {
        failed += 1
      }
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: pushersAtOnce }, push))
  const seconds = (performance.now() - startedAt) / 1000
  return { perSecond: tookMs.length / seconds, failed, tookMs: tookMs.toSorted((a, b) => a - b) }
}

interface Job {
  readonly id: string
  readonly status: string
  readonly result: { readonly gateClosedMs: number } | null
}

async function acceptPushes(server: ServerProcess): Promise<void> {
  const path = '/garbage-collection/policy'
  const { body } = await ask<object>(server, 'GET', path)
  await ask(server, 'PUT', path, { ...body, whileCollecting: 'accept-pushes' })
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? 0

/** What those who push notice of a collection that lets them go on. */
export const benchPushing = (store: GeneratedStore): Promise<Figure[]> =>
  withCopy(store, async (storage, folder) => {
    const server = await startServer(join(folder, 'data'), {
      JETSAM_STORAGE: storage,
      JETSAM_SAMPLES: '0',
    })
    try {
      await acceptPushes(server)
      let seed = 0
      const nextSeed = () => (seed += 1)
      const idleUntil = performance.now() + idleMs
      const idle = await pushUntil(server, nextSeed, () => performance.now() > idleUntil)

      let { body: job } = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
      const isOver = (): boolean => !/waiting|running/.test(job.status)
      const startedAt = performance.now()
      async function follow(): Promise<void> {
        while (!isOver()) {
          await wait(100)
          job = (await ask<Job>(server, 'GET', `/jobs/${job.id}`)).body
        }
      }
      const [busy] = await Promise.all([pushUntil(server, nextSeed, isOver), follow()])
      const seconds = (performance.now() - startedAt) / 1000
      if (job.status !== 'done') throw new Error(`the collection ended ${job.status}`)

      const work = `pushes, accepted while ${store.facts.blobs} blobs are collected`
      const figure = (name: string, value: number, unit: string): Figure => ({
        work,
        name,
        value,
        unit,
      })
      return [
        figure('the collection', seconds, 's'),
        figure('pushes kept out for', (job.result?.gateClosedMs ?? 0) / 1000, 's'),
        figure('pushes, idle', idle.perSecond, 'per second'),
        figure('pushes, meanwhile', busy.perSecond, 'per second'),
        figure('meanwhile as a share of idle', (100 * busy.perSecond) / idle.perSecond, '%'),
        figure('failed, idle and meanwhile', idle.failed + busy.failed, 'pushes'),
        figure('one push, idle, median', median(idle.tookMs), 'ms'),
        figure('one push, idle, p99', p99(idle.tookMs), 'ms'),
        figure('one push, meanwhile, median', median(busy.tookMs), 'ms'),
        figure('one push, meanwhile, p99', p99(busy.tookMs), 'ms'),
      ]
    } finally {
      await server.stop()
    }
  })
