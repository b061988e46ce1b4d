import { expect, test } from '@playwright/test'
import { basic } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

/** What a server prints during sign-in, push, deletion and collection. */

const config = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: config, size: 2 },
  layers: [],
})

async function send(server: ServerProcess, method: string, path: string, body: string) {
  const headers = {
    Authorization: basic,
    'Content-Type': 'application/vnd.oci.image.manifest.v1+json',
  }
  const answer = await fetch(`${server.origin}${path}`, { method, headers, body })
  await answer.text()
  return answer.status
}

/** Replaces what differs between runs: times, ports, folders, ids. */
function withoutChance(line: string, { origin, dataFolder }: ServerProcess): string {
  return line
    .replaceAll(origin, 'ORIGIN')
    .replaceAll(dataFolder, 'DATA')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"durationMs":[\d.]+/g, '"durationMs":0')
}

async function linesOf(format: 'text' | 'json'): Promise<readonly string[]> {
  const folder = await makeFolder()
  const server = await startServer(folder.path, { JETSAM_LOG: format })
  try {
    const push = `/v2/team/app/blobs/uploads/?digest=${config}`
    expect(await send(server, 'POST', push, '{}')).toBe(201)
    expect(await send(server, 'PUT', '/v2/team/app/manifests/1.0', manifest)).toBe(201)
    const deleted = await ask(server, 'DELETE', '/repositories/team/app/manifests/1.0')
    expect(deleted.status).toBe(204)
    const wrong = { name: 'admin', password: 'wrong' }
    const headers = { 'Content-Type': 'application/json' }
    const signIn = { method: 'POST', headers, body: JSON.stringify(wrong) }
    expect((await fetch(`${server.origin}/api/v0/session?a=secret`, signIn)).status).toBe(401)
    await collect(server)
    expect(await server.stop()).toBe(0)
    return (
      server
        .output()
        .trimEnd()
        .split('\n')
        .map((line) => withoutChance(line, server))
        // Without the polls for the end of a collection, whose number varies, and without lines of
        // only the first start.
        .filter((line) => !/GET \/api\/v0\/jobs\/|building the dashboard/.test(line))
    )
  } finally {
    await server.kill()
    await folder.remove()
  }
}

test('text is for people at a terminal: no line for a request', async () => {
  expect(await linesOf('text')).toEqual([
    "TIME info  images in DATA/registry, in Distribution's format (docker/registry/v2)",
    'TIME info  listening on ORIGIN',
    'TIME info  stopping (SIGTERM)',
    'TIME info  stopped',
  ])
})

const said = (message: string): string => JSON.stringify({ time: 'TIME', level: 'info', message })

const asked = (request: string, status: number, account: string | null): string => {
  const [method, path] = request.split(' ')
  const fields = { method, path, status, durationMs: 0, account, from: '127.0.0.1' }
  return JSON.stringify({ time: 'TIME', level: 'info', message: request, ...fields })
}

test('JSON is for programs: an object for each line, and for each request', async () => {
  expect(await linesOf('json')).toEqual([
    said("images in DATA/registry, in Distribution's format (docker/registry/v2)"),
    said('listening on ORIGIN'),
    asked('POST /v2/team/app/blobs/uploads/', 201, 'admin'),
    asked('PUT /v2/team/app/manifests/1.0', 201, 'admin'),
    asked('DELETE /api/v0/repositories/team/app/manifests/1.0', 204, 'admin'),
    asked('POST /api/v0/session', 401, null),
    asked('POST /api/v0/admin/jobs', 202, 'admin'),
    said('stopping (SIGTERM)'),
    said('stopped'),
  ])
})
