import { expect, test } from '@playwright/test'
import { basic, beginSlowUpload } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'

interface Job {
  readonly id: string
  readonly status: string
  readonly result: unknown
}

async function ask<T>(server: ServerProcess, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.origin}/api/v0${path}`, {
    method,
    headers: { Authorization: basic, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}

/** A collection that waits for a push that does not end. */
async function beginCollection(server: ServerProcess): Promise<Job> {
  await beginSlowUpload(server, 'team/slow')
  const { status, body } = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
  expect(status).toBe(202)
  return body
}

async function expectClosed(server: ServerProcess, id: string, status: string): Promise<void> {
  expect((await ask<Job>(server, 'GET', `/jobs/${id}`)).body).toMatchObject({ status })
  const next = await ask<Job>(server, 'POST', '/admin/jobs', { job: 'registryGC' })
  expect(next.status).toBe(202)
  await expect
    .poll(async () => (await ask<Job>(server, 'GET', `/jobs/${next.body.id}`)).body.status)
    .toBe('done')
}

test('asked to stop, it stops within ten seconds, with a push and a collection under way', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  const job = await beginCollection(first)
  const askedAtMs = Date.now()
  expect(await first.stop()).toBe(0)
  expect(Date.now() - askedAtMs).toBeLessThan(10_000)
  const second = await startServer(folder.path)
  try {
    await expectClosed(second, job.id, 'canceled')
  } finally {
    await second.stop()
    await folder.remove()
  }
})

test('killed during a collection, it closes the run at the next start, and the next run completes', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  const job = await beginCollection(first)
  await first.kill()
  const second = await startServer(folder.path)
  try {
    await expectClosed(second, job.id, 'errored')
  } finally {
    await second.stop()
    await folder.remove()
  }
})
