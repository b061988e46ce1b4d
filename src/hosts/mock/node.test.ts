import { afterAll, beforeAll, expect, test } from 'vitest'
import { startNodeMock, type NodeMock } from './node.ts'

const origin = 'http://jetsam.test'
let mock: NodeMock

beforeAll(async () => {
  mock = await startNodeMock(origin, 'samples')
})

afterAll(() => mock.close())

const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${origin}${path}`, {
    method,
    headers: {
      Authorization: `Basic ${btoa('admin:jetsam-admin')}`,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

test('the specification’s calls are answered by the whole engine, through the fetch of Node', async () => {
  const image = '/api/v0/repositories/team/app/manifests/1.0'
  expect((await ask('HEAD', '/v2/team/app/manifests/1.0')).status).toBe(200)
  expect((await ask('DELETE', image)).status).toBe(204)
  expect((await ask('GET', '/v2/team/app/manifests/1.0')).status).toBe(404)

  // A dry run waits for no push, and the samples have just been pushed.
  const started = await ask('POST', '/api/v0/admin/jobs', { job: 'registryGC', dryRun: true })
  expect(started.status).toBe(202)
  const { id } = (await started.json()) as { id: string }
  const job = async () => (await ask('GET', `/api/v0/jobs/${id}`)).json()
  await expect.poll(job).toMatchObject({ status: 'done', result: { planned: { manifests: 1 } } })
})

test('a call without a handler is an error, and does not reach the network', async () => {
  await expect(fetch('http://elsewhere.test/')).rejects.toThrow()
})
