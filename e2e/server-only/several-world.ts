import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentOf, type TinyManifest } from '#testing/builders/tiny-image.ts'
import { basic } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { postgresOfWorker } from '../throwaway-database.ts'
import type { ThrowawayPostgres } from '../../src/testing/postgres/throwaway-postgres.ts'
import { ask, type Answer, type ServerAt } from './api-client.ts'

/** Several servers on one storage and one database. */
export interface Several {
  readonly servers: ServerProcess[]
  readonly storageFolder: string
  /** All that were ever started. */
  readonly everyServer: readonly ServerProcess[]
  readonly database: DatabaseOfSeveral
  /** Starts one once more, which has ended. */
  restart(at: number): Promise<ServerProcess>
  /** What is still kept from writers because it may be removed late. */
  unsettled(): Promise<number>
  /** Says to the database that all has been there for so long that nothing of it may come late. */
  timePasses(): Promise<void>
  end(): Promise<void>
}

export interface DatabaseOfSeveral {
  readonly postgres: ThrowawayPostgres
  /** In which their tables are. */
  readonly schema: string
}

/** @param storage where the images are; default: in a folder */
export async function startSeveral(
  count: number,
  storage?: Readonly<Record<string, string>>,
): Promise<Several> {
  const postgres = await postgresOfWorker()
  const url = await postgres.newURL()
  const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? 'public'
  const folder = await makeFolder()
  const storageFolder = join(folder.path, 'images')
  const servers: ServerProcess[] = []
  const everyServer: ServerProcess[] = []
  async function start(at: number): Promise<ServerProcess> {
    const server = await startServer(join(folder.path, `data-${at}`), {
      JETSAM_DATABASE: url,
      // On a bucket that is not proven yet to lose nothing.
      JETSAM_SERVERS: storage === undefined ? 'several' : 'several-unproven',
      JETSAM_STORAGE: storageFolder,
      ...storage,
    })
    servers[at] = server
    everyServer.push(server)
    return server
  }
  await start(0)
  await Promise.all(Array.from({ length: count - 1 }, (_, more) => start(more + 1)))
  return {
    servers,
    everyServer,
    database: { postgres, schema },
    storageFolder,
    restart: start,
    async unsettled() {
      const rows = await postgres.run(
        `select count(*)::int as count from ${schema}.agreement_keys where state = 'unsettled'`,
      )
      return Number(rows[0]?.count)
    },
    async timePasses() {
      await postgres.run(`
        update ${schema}.agreement_intents set made_at = made_at - interval '1 day';
        delete from ${schema}.agreement_keys where state = 'unsettled';
        delete from ${schema}.agreement_tags where is_unsettled`)
    },
    async end() {
      await Promise.all(servers.map((server) => server.stop()))
      await folder.remove()
    },
  }
}

const call = (server: ServerAt, method: string, path: string, body?: BodyInit, type?: string) =>
  fetch(`${server.origin}/v2/${path}`, {
    method,
    headers: {
      Authorization: basic,
      Accept: '*/*',
      'Content-Type': type ?? 'application/octet-stream',
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(40_000),
  })

const expectStatus = async (answer: Response, wanted: number): Promise<Response> => {
  if (answer.status === wanted) return answer
  throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`)
}

/** As clients push: asks for each blob first, and sends what is not there. */
export async function pushThrough(
  serverOf: () => ServerAt,
  repository: string,
  image: TinyManifest,
  tag: string,
): Promise<void> {
  for (const { digest, bytes } of image.blobs) {
    const head = await call(serverOf(), 'HEAD', `${repository}/blobs/${digest}`)
    if (head.status === 200) continue
    const server = serverOf()
    const begun = await expectStatus(
      await call(server, 'POST', `${repository}/blobs/uploads/`),
      202,
    )
    const path = new URL(begun.headers.get('Location') ?? '', server.origin)
    path.searchParams.set('digest', digest)
    const sent = await call(server, 'PUT', `${path.pathname.slice(4)}${path.search}`, bytes)
    await expectStatus(sent, 201)
  }
  const put = call(
    serverOf(),
    'PUT',
    `${repository}/manifests/${tag}`,
    image.bytes,
    image.mediaType,
  )
  await expectStatus(await put, 201)
}

/** Everything of an image, bit by bit. Rejects with what is missing. */
export async function pullWhole(
  server: ServerAt,
  repository: string,
  image: TinyManifest,
  tag: string,
): Promise<void> {
  const manifest = await expectStatus(
    await call(server, 'GET', `${repository}/manifests/${tag}`),
    200,
  )
  const found = contentOf(new Uint8Array(await manifest.arrayBuffer())).digest
  if (found !== image.digest) throw new Error(`${repository}:${tag} is ${found}`)
  for (const { digest } of image.blobs) {
    const blob = await expectStatus(await call(server, 'GET', `${repository}/blobs/${digest}`), 200)
    if (contentOf(new Uint8Array(await blob.arrayBuffer())).digest !== digest) {
      throw new Error(`${digest} has other bytes`)
    }
  }
}

export const isThere = async (server: ServerAt, repository: string, tag: string) =>
  (await call(server, 'HEAD', `${repository}/manifests/${tag}`)).status === 200

/** As `ask`, of a server that may not answer. */
const askSoon = <T>(...words: Parameters<typeof ask>): Promise<Answer<T>> =>
  Promise.race([
    ask<T>(...words),
    sleep(10_000).then(() => Promise.reject(new Error('the server does not answer'))),
  ])

/** The status: 204, or why not. */
export const deleteThrough = async (server: ServerAt, repository: string, tag: string) =>
  (await askSoon(server, 'DELETE', `/repositories/${repository}/manifests/${tag}`)).status

export async function setPolicy(server: ServerAt, change: object): Promise<void> {
  const policy = await askSoon<object>(server, 'GET', '/garbage-collection/policy')
  const { status } = await askSoon(server, 'PUT', '/garbage-collection/policy', {
    ...policy.body,
    ...change,
  })
  if (status !== 200) throw new Error(`the policy was answered with ${status}`)
}

/** The digests of all blobs that are on the disk. */
export async function blobsOnDisk(storageFolder: string): Promise<readonly string[]> {
  const root = join(storageFolder, 'docker/registry/v2/blobs/sha256')
  const found = await readdir(root, { recursive: true })
  return found
    .filter((path) => path.endsWith('/data'))
    .map((path) => `sha256:${path.split('/')[1]}`)
    .toSorted()
}

export const blobsOf = (images: Iterable<TinyManifest>): readonly string[] =>
  [
    ...new Set(
      Array.from(images, ({ digest, blobs }) => [digest, ...blobs.map((one) => one.digest)]).flat(),
    ),
  ].toSorted()
