import { expect, vi } from 'vitest'
import { retentionJob, type RetentionJob } from '#contract/rules/retention-runs.ts'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import type { TrashList } from '#contract/images/trash.ts'
import { createTestApi, type TestApiOptions } from './test-api.ts'
import { tinyImage, type TinyManifest } from './tiny-image.ts'

export const dayMs = 24 * 3_600_000
export const app = 'team/app'
export const image = (text: string): TinyManifest => tinyImage({ layers: ['shared by all', text] })
const images = Array.from({ length: 6 }, (_, number) => image(`layer ${number}`))
export const imageOf = (number: number): TinyManifest => images[number] ?? image('no such')

export type CleaningWorld = Awaited<ReturnType<typeof createCleaningWorld>>

const withoutBrakes = {
  beforeCollections: false,
  maximumShare: 100,
  maximumImages: null,
  approveFirst: false,
}

interface Acts {
  readonly entries: readonly {
    readonly kind: string
    readonly subject: string
    readonly detail: string
  }[]
}

/**
 * A registry in which `pr-0` was pushed six days ago, and so on to `pr-5`, and `stable` just now. A
 * policy protects `stable` and removes `pr-*` after three days; no brake holds it.
 */
export async function createCleaningWorld(options: TestApiOptions = {}) {
  const api = await createTestApi(options)
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await tell(method, path, body)
    expect([answer.status < 300, answer.text]).toEqual([true, answer.text])
    return answer.json as T
  }

  const tell = (method: string, path: string, body?: unknown) =>
    api
      .as('admin')
      .ask(
        method,
        `/api/v0${path}`,
        body === undefined
          ? {}
          : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
      )

  const push = (one: TinyManifest, ...references: string[]) =>
    api.as('writer').pushImage(app, one, ...references)

  const save = (...rules: unknown[]) => ask('PUT', '/retention/policies/team', { rules })

  const settings = (changes: object = {}) =>
    ask('PUT', '/retention/settings', { ...withoutBrakes, ...changes })

  const preview = () =>
    ask<WireRetentionPreview>('POST', '/retention/preview', { scope: 'registry' })

  async function ended(id: string): Promise<RetentionJob> {
    await api.services.jobs.jobEnd(id)
    const job = await ask<RetentionJob>('GET', `/jobs/${id}`)
    expect(retentionJob.safeParse(job).error).toBeUndefined()
    return job
  }

  async function run(request: Record<string, unknown> = {}): Promise<RetentionJob> {
    const started = await ask<RetentionJob>('POST', '/admin/jobs', { job: 'retention', ...request })
    return await ended(started.id)
  }

  const tags = async (repository = app): Promise<readonly string[]> => {
    const answer = await api.as('admin').ask('GET', `/v2/${repository}/tags/list`)
    return answer.status === 404 ? [] : (answer.json as { tags: string[] }).tags
  }

  const trash = async () => (await ask<TrashList>('GET', '/trash?pageSize=100')).entries

  const deletions = async () =>
    (await ask<Acts>('GET', '/activity?pageSize=100')).entries.filter(({ kind }) =>
      kind.endsWith(' deleted'),
    )

  /** Runs once, just before the removal of an item, within or without its lock. */
  function beforeRemoval(act: () => Promise<unknown>): void {
    const { trash: store } = api.services.registry
    const spy = vi.spyOn(store, 'softDelete')
    const { softDelete } = store
    spy.mockRestore()
    vi.spyOn(store, 'softDelete').mockImplementationOnce(async (request) => {
      await act()
      return await softDelete(request)
    })
  }

  for (const number of images.keys()) {
    await push(imageOf(number), `pr-${number}`)
    api.clock.advance(dayMs)
  }
  await push(imageOf(0), 'stable')
  await settings()
  // pr-0 was pushed six days ago, pr-5 one day ago.
  await save({ protect: { tags: ['stable'] } }, { remove: { tags: ['pr-*'], olderThan: '3d' } })
  return {
    api,
    ask,
    tell,
    push,
    save,
    settings,
    preview,
    ended,
    run,
    tags,
    trash,
    deletions,
    beforeRemoval,
  }
}
