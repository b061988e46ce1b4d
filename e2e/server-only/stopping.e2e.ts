import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { basic, beginSlowUpload, makeImages, pull, push } from '../clients.ts'
import { ended, followOutput } from '../process-output.ts'
import { launcher, makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { inContainer, isPermitted } from './as-in-container.ts'

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

test('asked to stop, it lets a client push to the end, which opens connections all through it', async () => {
  const folder = await makeFolder()
  const images = await makeImages(folder.path, ['one'])
  const first = await startServer(folder.path, { JETSAM_DRAIN_SECONDS: '600' })
  const upload = await beginSlowUpload(first, 'team/slow')
  const stopped = first.stop()
  await expect.poll(first.output).toContain('stopping (SIGTERM)')
  await push(images, 'one', `${first.registryHost}/team/app:1.0`)
  expect(await upload.end()).toBe(202)
  expect(await stopped).toBe(0)
  const second = await startServer(folder.path)
  try {
    await pull(`${second.registryHost}/team/app:1.0`, folder.path)
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

test('as process number 1, it ends at a signal also before it serves anyone', async () => {
  test.skip(!isPermitted(inContainer), `this machine does not permit ${inContainer.join(' ')}`)
  const folder = await makeFolder()
  const lock = join(folder.path, 'registry', 'jetsam', 'v1', 'lock')
  await mkdir(dirname(lock), { recursive: true })
  const holder = { id: 'other', host: 'elsewhere', pid: 7, what: 'the server on port 4400' }
  await writeFile(lock, JSON.stringify(holder))
  const [command, ...words] = [...inContainer, process.execPath, launcher]
  const child = spawn(command, words, {
    env: { ...process.env, JETSAM_PORT: '0', JETSAM_DATA: folder.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    await followOutput(child, 'the server').find(/watching for up to/)
    const inside = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    process.kill(Number(inside), 'SIGTERM')
    // As a shell tells it of a process that the signal has ended.
    expect(await ended(child)).toBe(128 + 15)
  } finally {
    child.kill('SIGKILL')
    await folder.remove()
  }
})
