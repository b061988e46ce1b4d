import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, type Job } from '../server-only/api-client.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { changeStore, withCopy, type GeneratedStore } from './collecting.ts'
import { progress } from './measure.ts'
import type { Figure } from './report.ts'

const looksEachMs = 200
/** A collection leaves what was written just before its start to the next one. */
const settledAfterMs = 1000

interface TimedJob extends Job {
  readonly startedAt: string
  readonly finishedAt: string
}

/** Collects once, and resolves to the seconds that it took. */
async function collected(server: ServerProcess, expectedBlobs: number): Promise<number> {
  let { body: job } = await ask<TimedJob>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
  while (/waiting|running/.test(job.status)) {
    await wait(looksEachMs)
    job = (await ask<TimedJob>(server, 'GET', `/jobs/${job.id}`)).body
  }
  const { layers = 0, manifests = 0 } = job.result?.removed ?? {}
  if (job.status !== 'done' || layers + manifests !== expectedBlobs) {
    throw new Error(`a collection ended as ${job.status}, and removed ${layers + manifests} blobs`)
  }
  return (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000
}

/** Two collections of one server; one percent of the blobs change in between. */
export const benchScheduled = (store: GeneratedStore): Promise<Figure[]> =>
  withCopy(store, async (storage, folder) => {
    const server = await startServer(join(folder, 'data'), {
      JETSAM_STORAGE: storage,
      JETSAM_SAMPLES: '0',
    })
    try {
      const { blobs, garbage } = store.facts
      const work = `collections of one server, ${blobs} blobs`
      const first = await collected(server, garbage.blobs)
      const changed = changeStore(storage, store.facts)
      await wait(settledAfterMs)
      const second = await collected(server, changed.garbage.blobs)
      progress(`${work}: ${first.toFixed(2)} s, then ${second.toFixed(2)} s`)
      return [
        { work, name: 'the first', value: first, unit: 's' },
        { work, name: 'the second, 1 % changed', value: second, unit: 's' },
        {
          work,
          name: 'the second as a share of the first',
          value: (100 * second) / first,
          unit: '%',
        },
      ]
    } finally {
      await server.stop()
    }
  })
