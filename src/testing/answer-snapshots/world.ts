import { aTask } from '#testing/builders/a-task.ts'
import { findJob, listJobs } from '#services/jobs/job-views.ts'
import { dryRunCodec } from '#services/jobs/kinds/dry-run/dry-run-codec.ts'
import { contentOf, tinyImage, tinyIndex } from '../builders/tiny-image.ts'
import { blobFile, repositoryFolder } from '#registry/layout.ts'
import { repositoryName } from '../builders/test-registry.ts'
import { createTestApi, type TestApi, type TestPerson } from '../builders/test-api.ts'

const minuteMs = 60_000

const configOf = (architecture: string): string =>
  JSON.stringify({
    architecture,
    os: 'linux',
    created: '2026-11-01T08:00:00Z',
    config: {
      Entrypoint: ['/app'],
      Cmd: ['serve'],
      Env: ['PATH=/bin'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { 'org.example.team': 'app' },
      User: '1000',
      WorkingDir: '/srv',
    },
    history: [{ created_by: 'FROM base' }, { created_by: `COPY app.${architecture}` }],
  })

const platform = (architecture: string) =>
  tinyImage({ layers: ['base', `app for ${architecture}`], config: configOf(architecture) })

const amd64 = platform('amd64')
const arm64 = platform('arm64')
const index = tinyIndex({ amd64, arm64 })
const lost = contentOf('a layer that is lost')

/** Every image that the registry of these tests ever had. */
export const images = {
  amd64,
  arm64,
  index,
  sbom: tinyImage({ layers: ['{}'], subject: index, artifactType: 'application/spdx+json' }),
  single: tinyImage({ layers: ['base', 'a single image'] }),
  deleted: tinyImage({ layers: ['base', 'of the deleted'] }),
  gone: tinyImage({ layers: ['of the collected'] }),
  base: tinyImage({ layers: ['base'] }),
  secret: tinyImage({ layers: ['a secret'] }),
  broken: tinyImage({ layers: ['a layer that is lost'] }),
  notPushed: tinyImage({ layers: ['never pushed'] }),
} as const

export interface World {
  readonly api: TestApi
  /** Sends a body as JSON. */
  ask(
    as: TestPerson | null,
    line: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): ReturnType<ReturnType<TestApi['as']>['ask']>
  /** The same as an administrator; throws if it is refused. */
  must(line: string, body?: unknown): Promise<Headers>
}

/**
 * An empty server whose clock stands at noon.
 *
 * @param waitingTakesTime otherwise answers do not show how often the server has waited
 */
export async function openWorld({ waitingTakesTime = false } = {}): Promise<World> {
  let ids = 0
  const createId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`
  const api = await createTestApi({ createId, ...(waitingTakesTime ? {} : { wait: aTask }) })
  const ask: World['ask'] = (as, line, body, headers = {}) => {
    const [method = '', path = ''] = line.split(' ')
    const json: Record<string, string> =
      body === undefined ? {} : { 'Content-Type': 'application/json' }
    return api.as(as).ask(method, path, {
      headers: { ...json, ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
  return {
    api,
    ask,
    async must(line, body) {
      api.clock.advance(minuteMs)
      const { status, text, headers } = await ask('admin', line, body)
      if (status >= 300) throw new Error(`${line}: ${status} ${text}`)
      return headers
    },
  }
}

/** Pushes images of all kinds, a minute after each other: an index, an artifact, a broken one. */
export async function pushAll({ api }: World): Promise<void> {
  const push = async (repository: string, image: keyof typeof images, ...tags: string[]) => {
    api.clock.advance(minuteMs)
    const as = repository.startsWith('team/') ? 'writer' : 'admin'
    await api.as(as).pushImage(repository, images[image], ...tags)
  }
  await push('library/base', 'base', '12')
  await push('team/app', 'amd64')
  await push('team/app', 'arm64')
  await push('team/app', 'index', '1.0', 'latest')
  await push('team/app', 'sbom')
  await push('team/app', 'single', '2.0', '2.1')
  await push('team/app', 'deleted', 'old')
  await push('team/app', 'gone', 'gone')
  await push('secret/app', 'secret', 'x')
  await push('team/broken', 'broken', '1.0')
  await api.storage.remove(blobFile(lost.digest))
  const layer = `${repositoryFolder(repositoryName('team/bare'))}/_layers/file`
  await api.storage.write(layer, new Uint8Array())
  await api.storage.remove(layer)
}

/** Waits until everything under way has ended. */
export async function settled({ services }: TestApi): Promise<void> {
  while (services.jobs.runningJobs().length > 0) await aTask()
}

/** What has happened before the tests ask; returns the resulting ids. */
export async function fill(world: World): Promise<Readonly<Record<string, string>>> {
  const { api, must } = world
  const app = '/api/v0/repositories/team/app'
  const settings = '/api/v0/admin/settings/registry/garbageCollection'
  const idOf = async (line: string, body?: unknown): Promise<string> => {
    await must(line, body)
    await settled(api)
    const [newest] = (await listJobs(api.services, { offset: 0, limit: 1 })).jobs
    return newest?.job.id ?? ''
  }
  await pushAll(world)
  await must(`DELETE ${app}/manifests/gone`)
  api.clock.advance(25 * 60 * minuteMs)
  const collection = await idOf('POST /api/v0/admin/jobs', { job: 'registryGC' })
  const entry = (await must(`DELETE ${app}/manifests/old`)).get('Jetsam-Trash-Entry') ?? ''
  await must(`DELETE ${app}/tags/2.1`)
  await must(`POST ${settings}/schedule`, { schedule: '4 * * 6' })
  await must('PUT /api/v0/anonymous/access', {
    grants: [{ scope: 'library', accessLevel: 'read-only' }],
  })
  const token = await api.tokenOf('reader', { name: 'build', scope: ['team'] })
  const dryRun = await idOf('POST /api/v0/admin/jobs', { job: 'registryGC', dryRun: true })
  const { job } = (await findJob(api.services, dryRun)) ?? {}
  const plan = job === undefined ? '' : (dryRunCodec.readResult(job.result)?.planID ?? '')
  await must('POST /api/v0/garbage-collection/verification', { full: true })
  await settled(api)
  const verified = await api.services.verifications.lastVerification()
  await api.services.registry.queries.repositories()
  await api.services.reclaimable.currentView()
  const rules = [{ protect: { tags: ['stable'] } }, { keep: { tags: ['*'], newest: 10 } }]
  await world.ask('admin', 'PUT /api/v0/retention/policies/team', { rules })
  await world.ask('admin', 'PUT /api/v0/running/prod', { images: ['-'] })
  const previewed = await world.ask('admin', 'POST /api/v0/retention/preview', { scope: 'team' })
  const { previewID } = previewed.json as { readonly previewID: string }
  const pruned = await world.ask(
    'admin',
    'POST /api/v0/repositories/library/base/pruningPolicies',
    { rules: [{ field: 'tag', operator: 'sw', values: ['nightly-'] }] },
  )
  return {
    preview: previewID,
    pruning: (pruned.json as { readonly id: string }).id,
    collection,
    dryRun,
    verification: verified?.job.id ?? '',
    plan,
    entry,
    token: token.id,
  }
}
