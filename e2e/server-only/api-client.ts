import { expect } from '@playwright/test'
import { basic } from '../clients.ts'
import type { ServerProcess } from '../server-process.ts'

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

export type ServerAt = Pick<ServerProcess, 'origin'>

/** Calls the dashboard's API as the administrator. A path begins after `/api/v0`. */
export async function ask<T = unknown>(
  server: ServerAt,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const answer = await fetch(`${server.origin}/api/v0${path}`, {
    method,
    headers: { Authorization: basic, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T }
}

export interface Job {
  readonly id: string
  readonly status: string
  readonly progress: { readonly phase: string } | null
  readonly error: string | null
  readonly result: {
    readonly removed: { readonly layers: number; readonly manifests: number }
    readonly gateClosedMs: number
    readonly verification: {
      readonly tags: number
      readonly wholeTags: number
      readonly broken: readonly object[]
    } | null
  } | null
}

export async function startCollection(server: ServerAt): Promise<Job> {
  const started = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  return started.body
}

const find = async (server: ServerAt, { id }: Job): Promise<Job> =>
  (await ask<Job>(server, 'GET', `/jobs/${id}`)).body

export async function inPhase(server: ServerAt, job: Job, phase: string): Promise<void> {
  await expect.poll(async () => (await find(server, job)).progress?.phase).toBe(phase)
}

/** Resolves to the job once it has ended, with any result. */
export async function ended(server: ServerAt, job: Job): Promise<Job> {
  await expect
    .poll(async () => (await find(server, job)).status, { intervals: [50, 100, 250] })
    .not.toMatch(/waiting|running/)
  return await find(server, job)
}

/** Collects once, to the end; afterwards every tag must be whole. */
export async function collect(server: ServerAt): Promise<Job> {
  const job = await ended(server, await startCollection(server))
  expect(job).toMatchObject({ status: 'done', error: null })
  const { tags, wholeTags, broken } = job.result?.verification ?? { tags: 0, wholeTags: -1 }
  expect(broken).toEqual([])
  expect(wholeTags).toBe(tags)
  return job
}
