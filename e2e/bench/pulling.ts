import { setTimeout as wait } from 'node:timers/promises'
import { imageOver, largeLayer, registryClient } from './registry-traffic.ts'
import { delaysOf, ratesOf, type Observation } from './while-collecting.ts'

/** So many that it matters little how long a client takes to start. */
const layerMegabytes = 256

interface Pulled {
  readonly megabytesPerSecond: number
  /** How long each of the smallest answers took. */
  readonly tookMs: readonly number[]
}

/** A layer, pulled again and again by one client, and the smallest answer there is, asked for by another. */
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
      await Promise.all([pull(), look()])
      return { megabytesPerSecond: bytes / 1000 / (performance.now() - startedAt), tookMs }
    }
  },

  figures: (idle, meanwhile) => [
    ...ratesOf('pull', 'MB/s', idle.megabytesPerSecond, meanwhile.megabytesPerSecond),
    ...delaysOf('smallest answer', idle.tookMs, meanwhile.tookMs),
  ],
}
