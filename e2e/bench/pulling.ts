import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { imageOver, largeLayer, registryClient } from './registry-traffic.ts'
import { delaysOf, ratesOf, type Observation } from './while-collecting.ts'

/** So many that the start of a client hardly matters. */
const layerMegabytes = 256

interface Pulled {
  readonly megabytesPerSecond: number
  /** The use of all processors by anything: clients and the server are on one machine. */
  readonly processorsBusy: number
  /** How long each of the smallest answers took. */
  readonly tookMs: readonly number[]
}

/** Since the machine's start, in milliseconds of one processor: total and idle time. */
function processorTimes(): { readonly total: number; readonly idle: number } {
  const all = cpus().map(({ times }) => times)
  const total = all.flatMap((times) => Object.values(times)).reduce((sum, value) => sum + value, 0)
  return { total, idle: all.reduce((sum, { idle }) => sum + idle, 0) }
}

/** One client pulls a layer repeatedly, while another requests the smallest answer. */
export const pulling: Observation<Pulled> = {
  async prepare({ origin }) {
    const client = registryClient(origin)
    const layer = largeLayer(1, layerMegabytes)
    await client.pushLarge('bench/pulled', layer)
    await client.pushImage('bench/pulled', imageOver(layer), 'latest', [layer.digest])
    return async (isOver) => {
      let bytes = 0
      const tookMs: number[] = []
      async function pull(): Promise<void> {
        while (!isOver()) bytes += await client.pull('bench/pulled', layer.digest)
      }
      async function look(): Promise<void> {
        while (!isOver()) {
          const startedAt = performance.now()
          await (await fetch(`${origin}/healthz`)).text()
          tookMs.push(performance.now() - startedAt)
          await wait(5)
        }
      }
      const startedAt = performance.now()
      const before = processorTimes()
      await Promise.all([pull(), look()])
      const after = processorTimes()
      const idleShare = (after.idle - before.idle) / (after.total - before.total)
      return {
        megabytesPerSecond: bytes / 1000 / (performance.now() - startedAt),
        processorsBusy: cpus().length * (1 - idleShare),
        tookMs,
      }
    }
  },

  figures: (idle, meanwhile) => [
    ...ratesOf('pull', 'MB/s', idle.megabytesPerSecond, meanwhile.megabytesPerSecond),
    {
      name: 'processors busy, without a collection',
      value: idle.processorsBusy,
      unit: `of ${cpus().length}`,
    },
    {
      name: 'processors busy while collecting',
      value: meanwhile.processorsBusy,
      unit: `of ${cpus().length}`,
    },
    ...delaysOf('smallest answer', idle.tookMs, meanwhile.tookMs),
  ],
}
