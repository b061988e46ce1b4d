import { cp } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { basic } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'

const dieAtModule = pathToFileURL(fileURLToPath(new URL('../die-at.ts', import.meta.url))).href
type Folder = Awaited<ReturnType<typeof makeFolder>>

export async function ask(server: ServerProcess, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.origin}${path}`, {
    method,
    headers: { Authorization: basic, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as unknown }
}

/** How often something is in the last hundred entries of the activity. */
export async function timesRecorded(
  server: ServerProcess,
  kind: string,
  about: { readonly repository?: string; readonly subject?: string } = {},
): Promise<number> {
  const { body } = await ask(server, 'GET', '/api/v0/activity?pageSize=100')
  const { entries } = body as {
    entries: { kind: string; repository: string | null; subject: string | null }[]
  }
  return entries.filter(
    (entry) =>
      entry.kind === kind &&
      (about.repository === undefined || entry.repository === about.repository) &&
      (about.subject === undefined || entry.subject === about.subject),
  ).length
}

/** A data folder from which each attempt starts: the samples, and what `more` did. */
export async function prepare(more: (server: ServerProcess) => Promise<unknown>): Promise<Folder> {
  const base = await makeFolder()
  const server = await startServer(base.path, { JETSAM_SAMPLES: '1' })
  await more(server)
  await server.stop()
  return base
}

interface Attempt {
  /** Null if the server died before it answered. */
  readonly answered: number | string | null
  readonly died: boolean
  readonly server: ServerProcess
}

/** Acts on a server that dies at a change, and starts it again on what is left. */
async function attempt(
  base: Folder,
  dieAt: number,
  act: (server: ServerProcess) => Promise<number | string>,
  check: (attempt: Attempt) => Promise<void>,
  dieOf: 'files' | 'state' = 'files',
): Promise<boolean> {
  const folder = await makeFolder()
  await cp(base.path, folder.path, { recursive: true })
  const doom = { DIE_AT: String(dieAt), DIE_OF: dieOf }
  const doomed = await startServer(folder.path, doom, [dieAtModule])
  process.kill(doomed.processId, 'SIGUSR2')
  await expect.poll(() => doomed.output()).toContain('armed')
  const answered = await act(doomed).catch(() => null)
  const died = await Promise.race([
    doomed.ended().then(() => true),
    fetch(`${doomed.origin}/healthz`).then(
      () => false,
      () => true,
    ),
  ])
  await doomed.kill()
  const server = await startServer(folder.path)
  try {
    await check({ answered, died, server })
  } finally {
    await server.stop()
    await folder.remove()
  }
  return died
}

/**
 * A run dies at every third of the steps, from any of the first three on, because each takes two
 * starts of a server; `CRASH_POINTS=all` dies at each of them.
 */
const share = process.env['CRASH_POINTS'] === 'all' ? 1 : 3

/** Dies at one change, a later one, and so on, until it survives. */
export async function throughAll(
  base: Folder,
  stride: number,
  act: Parameters<typeof attempt>[2],
  check: Parameters<typeof attempt>[3],
  dieOf: 'files' | 'state' = 'files',
): Promise<void> {
  const step = stride * share
  const first = 1 + Math.floor(Math.random() * share) * stride
  const description = `each ${step}. change, from the ${first}. on`
  test.info().annotations.push({ type: 'crash points', description })
  let dieAt = first
  while (await attempt(base, dieAt, act, check, dieOf)) dieAt += step
  expect(dieAt, description).toBeGreaterThan(Math.max(first, 2 * stride))
  await base.remove()
}
