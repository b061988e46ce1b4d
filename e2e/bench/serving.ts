import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ask } from '../server-only/api-client.ts'
import { startServer } from '../server-process.ts'
import { median } from './measure.ts'
import type { Figure } from './report.ts'
import { imageOver, largeLayer, registryClient } from './registry-traffic.ts'
import type { GeneratedStore } from './collecting.ts'

const secondsOf = async (act: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await act()
  return (performance.now() - startedAt) / 1000
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? 0

interface Job {
  readonly id: string
  readonly status: string
  readonly result: { readonly gateClosedMs: number } | null
}

/** What one who pulls and one who looks notice of a collection over a large store. */
export async function benchWhileCollecting(
  store: GeneratedStore,
  megabytes = 64,
): Promise<Figure[]> {
  const work = `server while it collects ${store.facts.blobs} blobs`
  const figure = (name: string, value: number, unit: string): Figure => ({
    work,
    name,
    value,
    unit,
  })
  const server = await startServer(join(store.folder, 'data'), {
    JETSAM_STORAGE: store.storage,
    JETSAM_SAMPLES: '0',
  })
  try {
    const client = registryClient(server.origin)
    const layer = largeLayer(1, megabytes)
    await client.pushLarge('bench/pulled', layer)
    await client.pushImage('bench/pulled', imageOver(layer), 'latest', [layer.digest])

    /** Pulls again and again, and asks for the smallest answer there is, until told to stop. */
    async function observe(
      until: () => boolean,
    ): Promise<{ perSecond: number; delaysMs: number[] }> {
      let bytes = 0
      const delaysMs: number[] = []
      const pulling = async (): Promise<void> => {
        while (!until()) bytes += await client.pull('bench/pulled', layer.digest)
      }
      const looking = async (): Promise<void> => {
        while (!until()) {
          delaysMs.push(
            1000 *
              (await secondsOf(() =>
                fetch(`${server.origin}/healthz`).then((answer) => answer.text()),
              )),
          )
          await wait(5)
        }
      }
      const seconds = await secondsOf(() => Promise.all([pulling(), looking()]))
      return { perSecond: bytes / seconds, delaysMs: delaysMs.toSorted((a, b) => a - b) }
    }
    const idleUntil = performance.now() + 5000
    const idle = await observe(() => performance.now() > idleUntil)

    const { body: started } = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
    let job = started
    const isOver = (): boolean => !/waiting|running/.test(job.status)
    const follow = async (): Promise<void> => {
      while (!isOver()) {
        await wait(100)
        job = (await ask<Job>(server, 'GET', `/jobs/${started.id}`)).body
      }
    }
    let busy: Awaited<ReturnType<typeof observe>> | undefined
    const seconds = await secondsOf(async () => {
      ;[busy] = await Promise.all([observe(isOver), follow()])
    })
    if (job.status !== 'done' || !busy) throw new Error(`the collection ended ${job.status}`)
    return [
      figure('the collection', seconds, 's'),
      figure('pushes kept out for', (job.result?.gateClosedMs ?? 0) / 1000, 's'),
      figure('pull, idle', idle.perSecond / 1e6, 'MB/s'),
      figure('pull, meanwhile', busy.perSecond / 1e6, 'MB/s'),
      figure('pull, meanwhile as a share of idle', (100 * busy.perSecond) / idle.perSecond, '%'),
      figure('smallest answer, idle, median', median(idle.delaysMs), 'ms'),
      figure('smallest answer, idle, p99', p99(idle.delaysMs), 'ms'),
      figure('smallest answer, meanwhile, median', median(busy.delaysMs), 'ms'),
      figure('smallest answer, meanwhile, p99', p99(busy.delaysMs), 'ms'),
    ]
  } finally {
    await server.stop()
  }
}
