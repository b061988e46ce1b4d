import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startDistribution } from '../clients.ts'
import { startServer } from '../server-process.ts'
import { compare, type Comparison, type Contender } from './measure.ts'
import { costOf } from './process-cost.ts'
import {
  inParallel,
  largeLayer,
  registryClient,
  smallImage,
  type RegistryClient,
} from './registry-traffic.ts'

interface Served {
  readonly name: string
  readonly client: RegistryClient
  readonly processId: number
}

/** All of them, each on its own empty storage on the same disk. */
interface Registries {
  readonly reference: Served
  readonly jetsam: Served
  /** The same, without waiting for the disk: shows the cost of waiting. */
  readonly withoutSync: Served
}

const served = (name: string, origin: string, processId: number): Served => ({
  name,
  client: registryClient(origin),
  processId,
})

const withoutSyncModule = pathToFileURL(
  fileURLToPath(new URL('without-sync.ts', import.meta.url)),
).href

async function whileServed<T>(
  scratch: string,
  act: (registries: Registries) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(scratch, 'served-'))
  const startOurs = (name: string, preloads: readonly string[] = []) =>
    startServer(join(folder, name), { JETSAM_SAMPLES: '0' }, preloads)
  const reference = await startDistribution(join(folder, 'distribution'), folder)
  const ours = await startOurs('jetsam')
  const careless = await startOurs('careless', [withoutSyncModule])
  try {
    return await act({
      reference: served('docker-registry serve', `http://${reference.host}`, reference.processId),
      jetsam: served('jetsam', ours.origin, ours.processId),
      withoutSync: served('jetsam, not waiting for the disk', careless.origin, careless.processId),
    })
  } finally {
    await Promise.all([reference.stop(), ours.stop(), careless.stop()])
    await rm(folder, { recursive: true })
  }
}

export interface TrafficOptions {
  readonly runs: number
  readonly megabytes: number
  readonly images: number
}

/** `act` is measured, its preparation is not. */
const contender = (
  { name, client, processId }: Served,
  act: (client: RegistryClient) => Promise<() => Promise<unknown>>,
): Contender => ({
  name,
  run: async () => costOf(processId, await act(client)),
})

/** Push and pull of one large layer, and push of many small images. */
export const benchTraffic = (
  scratch: string,
  { runs, megabytes, images }: TrafficOptions,
): Promise<Comparison[]> =>
  whileServed(scratch, async ({ reference, jetsam, withoutSync }) => {
    let seed = 0
    const last = new Map<RegistryClient, string>()
    const push = await compare(
      `push of a layer of ${megabytes} MiB`,
      runs,
      [reference, jetsam].map((each) =>
        contender(each, async (client) => {
          const layer = largeLayer((seed += 1), megabytes)
          last.set(client, layer.digest)
          return () => client.pushLarge('bench/large', layer)
        }),
      ),
    )
    const pull = await compare(
      `pull of a layer of ${megabytes} MiB`,
      runs,
      [reference, jetsam].map((each) =>
        contender(each, async (client) => () => client.pull('bench/large', last.get(client) ?? '')),
      ),
    )
    const small = await compare(
      `push of ${images} small images, eight at once`,
      runs,
      [reference, jetsam, withoutSync].map((each) =>
        contender(each, async (client) => {
          const first = (seed += images)
          const made = Array.from({ length: images }, (_, number) => smallImage(first + number))
          return () =>
            inParallel(images, 8, async (number) => {
              const image = made[number]
              if (image) await client.pushImage(`bench/small${number % 20}`, image, `v${first}`)
            })
        }),
      ),
    )
    return [push, pull, small]
  })
