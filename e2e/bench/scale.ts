import { bytesOf } from '#adapters/memory/made-bytes.ts'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inParallel } from '../../src/adapters/s3/in-parallel.ts'
import { buildImage } from '../../src/services/samples/image-builder.ts'
import { configureDistribution, jetsamWith, runDistribution } from '../clients.ts'
import { ask, type Job } from '../server-only/api-client.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { memoryTarget } from '../store-target.ts'
import { createStoreWriter, makeLayer, repositoryNamed, tagNamed } from '../store-writer.ts'
import {
  bucketName,
  openThrowawayBucket,
  usualRoot,
  type ThrowawayBucket,
} from '../throwaway-bucket.ts'
import { progress } from './measure.ts'
import type { Figure } from './report.ts'

/** What the way to a store in the same region may take. */
const delayMs = 20
const imagesInRepository = 20
/** Three layers, a configuration and a manifest. */
const blobsInImage = 5

/** Every second image is deleted, as `DELETE` by digest leaves it. Resolves to what must go. */
async function fill({ client }: ThrowawayBucket, blobs: number): Promise<number> {
  const target = memoryTarget(0)
  const writer = createStoreWriter(target)
  const images = Math.round(blobs / blobsInImage)
  for (let number = 0; number < images; number += 1) {
    const repository = repositoryNamed(`team/app${Math.floor(number / imagesInRepository)}`)
    const layers = [0, 1, 2].map((layer) => makeLayer(number * 3 + layer))
    const image = buildImage({ layers, createdAt: new Date(number * 1000).toISOString() })
    const isLinked = number % 2 === 0
    writer.push(repository, image, { isLinked, tags: isLinked ? [tagNamed(`v${number}`)] : [] })
  }
  await inParallel([...target.files], async ([path, { bytes }]) => {
    const Key = `${usualRoot}/${path}`
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key, Body: bytesOf(bytes) }))
  })
  return Math.floor(images / 2) * blobsInImage
}

async function countKeys({ client }: ThrowawayBucket): Promise<number> {
  const Prefix = `${usualRoot}/docker/`
  for (let [count, token] = [0, undefined as string | undefined]; ;) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucketName, Prefix, ContinuationToken: token }),
    )
    count += page.KeyCount ?? 0
    token = page.NextContinuationToken
    if (token === undefined) return count
  }
}

interface TimedJob extends Job {
  readonly startedAt: string
  readonly finishedAt: string
  readonly result: (Job['result'] & { readonly planned: { readonly layers: number } }) | null
}

/** A job of a server; resolves once it has ended. */
async function run(server: ServerProcess, body: object): Promise<TimedJob> {
  const started = await ask<TimedJob>(server, 'POST', '/admin/jobs', { job: 'registryGC', ...body })
  let job = started.body
  while (/waiting|running/.test(job.status)) {
    await wait(50)
    job = (await ask<TimedJob>(server, 'GET', `/jobs/${job.id}`)).body
  }
  if (job.status !== 'done') throw new Error(`a job ended as ${job.status}: ${job.error}`)
  return job
}

/** Resolves once a server that has just started asks its store for nothing more. */
async function untilIdle({ proxy }: ThrowawayBucket): Promise<void> {
  for (let seen = -1; seen !== proxy.requests.length;) {
    seen = proxy.requests.length
    await wait(2000)
  }
}

/**
 * Plans and collections over a bucket, beside `docker-registry` on the same one: in requests, and in
 * seconds where each takes 20 ms more.
 *
 * @param isCompared whether `docker-registry` plans and collects too: 2,000 blobs take it six minutes
 */
export async function benchScale(
  scratch: string,
  blobs: number,
  isCompared: boolean,
): Promise<Figure[]> {
  const work = `a bucket of ${blobs} blobs, ${delayMs} ms a request`
  const figures: Figure[] = []
  const bucket = await openThrowawayBucket(usualRoot, delayMs)
  const { proxy, environment } = bucket

  async function measure(name: string, act: () => Promise<unknown>): Promise<number> {
    proxy.requests.length = 0
    const startedAt = performance.now()
    await act()
    const seconds = (performance.now() - startedAt) / 1000
    const requests = proxy.requests.length
    progress(`${work}: ${name}: ${requests} requests, ${seconds.toFixed(2)} s`)
    figures.push({ work, name: `${name}: requests`, value: requests, unit: '' })
    figures.push({ work, name, value: seconds, unit: 's' })
    return requests
  }

  try {
    const garbage = await fill(bucket, blobs)
    const before = await countKeys(bucket)
    progress(`filled a bucket with ${before} keys, ${garbage} blobs of them to go`)
    const configuration = await configureDistribution(bucket.driver, scratch)
    const collectTheirs =
      (...words: readonly string[]) =>
      () =>
        runDistribution('garbage-collect', ...words, configuration)
    if (isCompared) await measure('docker-registry, plan', collectTheirs('--dry-run'))

    const storage = ['--storage', environment.JETSAM_STORAGE ?? '']
    const plan = () => jetsamWith(environment, 'collect', ...storage, '--dry-run', '--json')
    await measure('jetsam, first plan by a new process', plan)
    const server = await startServer(join(scratch, `data-${blobs}`), {
      ...environment,
      JETSAM_SAMPLES: '0',
    })
    try {
      await untilIdle(bucket)
      await run(server, { dryRun: true })
      await untilIdle(bucket)
      await measure('jetsam, next plan', () => run(server, { dryRun: true }))
      let removed = 0
      const requests = await measure('jetsam, collection', async () => {
        const { result } = await run(server, {})
        removed = (result?.removed.layers ?? 0) + (result?.removed.manifests ?? 0)
      })
      if (removed !== garbage) throw new Error(`removed ${removed} blobs instead of ${garbage}`)
      const keys = before - (await countKeys(bucket))
      figures.push({ work, name: 'jetsam, keys removed', value: keys, unit: '' })
      progress(`${work}: removed ${keys} keys by ${requests} requests`)
      await untilIdle(bucket)
      await measure('jetsam, plan with nothing to remove', () => run(server, { dryRun: true }))
    } finally {
      await server.stop()
    }
    if (isCompared) {
      await fill(bucket, blobs)
      await measure('docker-registry, collection', collectTheirs())
    }
    return figures
  } finally {
    await bucket.remove()
  }
}
