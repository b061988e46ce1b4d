import { registryClient, smallImage } from './registry-traffic.ts'
import { delaysOf, ratesOf, type Observation } from './while-collecting.ts'

const pushersAtOnce = 2

interface Pushed {
  readonly perSecond: number
  readonly failed: number
  /** How long each push took. */
  readonly tookMs: readonly number[]
}

/** Small images, each with a new layer and a new configuration. */
export const pushing: Observation<Pushed> = {
  async prepare({ origin }) {
    const client = registryClient(origin)
    let seed = 0
    return async (isOver) => {
      const tookMs: number[] = []
      let failed = 0
      async function push(): Promise<void> {
        while (!isOver()) {
          seed += 1
          const [repository, tag, image] = [
            `bench/pushed${seed % 20}`,
            `v${seed}`,
            smallImage(seed),
          ]
          const startedAt = performance.now()
          try {
            await client.pushImage(repository, image, tag)
            tookMs.push(performance.now() - startedAt)
          } catch {
            failed += 1
          }
        }
      }
      const startedAt = performance.now()
      await Promise.all(Array.from({ length: pushersAtOnce }, push))
      const seconds = (performance.now() - startedAt) / 1000
      return { perSecond: tookMs.length / seconds, failed, tookMs }
    }
  },

  figures: (idle, meanwhile) => [
    ...ratesOf('pushes', 'per second', idle.perSecond, meanwhile.perSecond),
    {
      name: 'failed, idle and while collecting',
      value: idle.failed + meanwhile.failed,
      unit: 'pushes',
    },
    ...delaysOf('one push', idle.tookMs, meanwhile.tookMs),
  ],
}
