import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'

/** What runs is not deleted by mistake: each way to delete it, what is needed with it, the answer. */

const running = tinyImage({ layers: ['running'] })
const other = tinyImage({ layers: ['other'] })
const platform = tinyImage({ layers: ['platform'] })
const sibling = tinyImage({ layers: ['sibling'], config: '{"architecture":"arm64","os":"linux"}' })
const index = tinyIndex({ amd64: platform, arm64: sibling })
const signature = tinyImage({ layers: ['signature'], subject: index })
const v2 = '/v2/team/app/manifests'
const app = '/api/v0/repositories/team/app'

let api: TestApi

const ask = (
  method: string,
  path: string,
  request?: Parameters<ReturnType<TestApi['as']>['ask']>[2],
) => api.as('admin').ask(method, path, request)

const json = (body: object) => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

async function report(...images: readonly string[]): Promise<void> {
  const { status, text } = await ask('PUT', '/api/v0/running/prod', json({ images }))
  expect([status, text]).toEqual([200, text])
}

/** 204, or the code of the refusal. */
async function deletion(path: string): Promise<number | string | undefined> {
  const { status, code } = await ask('DELETE', path)
  return status === 204 ? status : code
}

async function shown(tag: string): Promise<string | null> {
  const { status, headers } = await ask('HEAD', `${v2}/${tag}`)
  return status === 200 ? headers.get('Docker-Content-Digest') : null
}

const push = (image: TinyManifest, ...tags: string[]) =>
  api.as('admin').pushImage('team/app', image, ...tags)

/** The log of a whole run. */
async function collect(): Promise<string> {
  const { collections } = api.services
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  const { json: latest } = await ask('GET', '/api/v0/jobs?limit=1')
  const { jobs } = latest as { jobs: readonly { id: string }[] }
  return (await ask('GET', `/api/v0/jobs/${jobs[0]?.id}/logs`)).text
}

beforeEach(async () => {
  api = await createTestApi()
  await push(running, 'live', 'alias')
  await push(other, 'other')
  await push(platform, 'platform')
  await push(sibling, 'sibling')
  await push(index, 'multi')
  await push(signature, signature.digest)
})

describe('what runs', () => {
  test.each([
    ['as a tag', `${app}/tags/live`],
    ['with its image', `${app}/manifests/live`],
    ['by its digest', `${app}/manifests/${running.digest}`],
    ['with the repository', `${app}?images=trash`],
  ])('is not deleted %s', async (_, path) => {
    await report(running.digest)
    const answer = await ask('DELETE', path)
    expect([answer.status, answer.code]).toEqual([409, 'IMAGE_RUNNING'])
    expect(answer.message).toContain('prod')
    expect(answer.message).toContain('confirmRunning=')
    expect(answer.json).toMatchObject({
      errors: [{ detail: { running: [{ digest: running.digest, clusters: ['prod'] }] } }],
    })
    expect(await shown('live')).toBe(running.digest)
    expect(await api.services.registry.trash.list()).toEqual([])
    expect(await api.services.state.pendingActs.all()).toEqual([])
  })

  test.each(['live', running.digest])('is not deleted by a client: %s', async (reference) => {
    await report(running.digest)
    const answer = await ask('DELETE', `${v2}/${reference}`)
    expect([answer.status, answer.code]).toEqual([403, 'DENIED'])
    expect(answer.message).toContain('runs in prod: a node that needs it again could not pull it')
    expect(await shown('live')).toBe(running.digest)
  })

  test('is not collected when a push has moved its tag, whatever the policy says', async () => {
    const policy = await ask('GET', '/api/v0/garbage-collection/policy')
    const saved = await ask(
      'PUT',
      '/api/v0/garbage-collection/policy',
      json({
        ...(policy.json as object),
        collectUntagged: true,
        untaggedMinimumAgeHours: 0,
      }),
    )
    expect([saved.status, saved.text]).toEqual([200, saved.text])
    await report(running.digest)
    await push(other, 'live', 'alias')
    api.clock.advance(3_600_000)
    const untagged = `${v2}/${running.digest}`
    expect((await ask('GET', `/api/v0/garbage-collection/explain/${running.digest}`)).json).toEqual(
      expect.objectContaining({ kept: true }),
    )
    const spared = await collect()
    expect(spared).toContain('untagged images stay')
    expect((await ask('HEAD', untagged)).status).toBe(200)

    // Once nothing reports, the policy holds.
    expect((await ask('DELETE', '/api/v0/running/prod')).status).toBe(204)
    const collected = await collect()
    expect(collected).not.toContain('untagged images stay')
    expect((await ask('HEAD', untagged)).status).toBe(404)
  })

  test('is deleted by who names it, which the activity says', async () => {
    await report(running.digest)
    for (const name of ['', 'alias', 'true', running.digest]) {
      expect(await deletion(`${app}/tags/live?confirmRunning=${name}`)).toBe('IMAGE_RUNNING')
    }
    expect(await deletion(`${app}/tags/live?confirmRunning=live`)).toBe(204)
    const image = `${app}/manifests/${running.digest}?confirmRunning=${running.digest}`
    expect(await deletion(image)).toBe(204)
    const { events } = await api.services.state.activity.list({ limit: 2 })
    expect(events.map(({ kind, data }) => [kind, data])).toMatchObject([
      ['image deleted', { ranIn: ['prod'] }],
      ['tag deleted', { ranIn: ['prod'] }],
    ])
    const { text } = await ask('GET', '/api/v0/activity?pageSize=1')
    expect(text).toContain('although it ran in prod')
  })

  test('is deleted with its repository by who names that', async () => {
    await report(running.digest, platform.digest)
    expect(await deletion(`${app}?images=trash&confirmRunning=app`)).toBe('IMAGE_RUNNING')
    expect(await deletion(`${app}?images=trash&confirmRunning=team/app`)).toBe(204)
    const { text } = await ask('GET', '/api/v0/activity?pageSize=1')
    expect(text).toContain('although it ran in prod')
  })

  test.each([
    ['a reference with a digest', `registry.example.com/mirror@${running.digest}`],
    ['its configuration', `docker://${running.blobs[0]?.digest ?? ''}`],
    ['its tag', 'registry.example.com:5000/team/app:live'],
  ])('is known by %s', async (_, line) => {
    await report(line)
    expect(await deletion(`${app}/tags/alias`)).toBe('IMAGE_RUNNING')
  })

  test('may be many: what does not run stays free', async () => {
    await report(running.digest)
    expect(await deletion(`${app}/tags/other`)).toBe(204)
    expect(await deletion(`${app}/tags/multi`)).toBe(204)
  })

  test('is not kept from being overwritten: the image stays', async () => {
    await report(running.digest)
    const body = { headers: { 'Content-Type': other.mediaType }, body: other.bytes }
    expect((await ask('PUT', `${v2}/live`, body)).status).toBe(201)
    expect((await ask('PUT', `${v2}/alias`, body)).status).toBe(201)
    expect((await ask('HEAD', `${v2}/${running.digest}`)).status).toBe(200)
    expect(await deletion(`${app}/manifests/${running.digest}`)).toBe('IMAGE_RUNNING')
  })

  test('is not replaced by a restoration, which would send it to the trash', async () => {
    const deleted = await ask('DELETE', `${app}/manifests/other`)
    const entry = deleted.headers.get('Jetsam-Trash-Entry')
    await push(running, 'other')
    await report(running.digest)
    const restore = (body: object) => ask('POST', `/api/v0/trash/${entry}/restore`, json(body))
    const refused = await restore({ onConflict: 'replace' })
    expect([refused.status, refused.code]).toEqual([409, 'IMAGE_RUNNING'])
    expect(await shown('other')).toBe(running.digest)
    expect((await restore({ onConflict: 'replace', tags: { other: null } })).status).toBe(204)
    expect(await shown('other')).toBe(running.digest)
  })
})

describe('what is needed for what runs', () => {
  test('is kept with it: the index of a platform, and its signature', async () => {
    await report(platform.digest)
    expect(await deletion(`${app}/tags/multi`)).toBe('IMAGE_RUNNING')
    expect(await deletion(`${app}/manifests/${signature.digest}`)).toBe('IMAGE_RUNNING')
    expect(await deletion(`${app}/tags/platform`)).toBe('IMAGE_RUNNING')
    // Nothing runs this one, and its index keeps it.
    expect(await deletion(`${app}/tags/sibling`)).toBe(204)
    expect((await ask('HEAD', `${v2}/${sibling.digest}`)).status).toBe(200)
  })

  test('are the platforms of an index: one of them runs', async () => {
    await report(`team/app@${index.digest}`)
    for (const tag of ['platform', 'sibling', 'multi']) {
      expect(await deletion(`${app}/tags/${tag}`)).toBe('IMAGE_RUNNING')
    }
  })

  test('is told before a deletion', async () => {
    await report(platform.digest)
    const references = ['live', 'multi', 'sibling']
    const impact = await ask('POST', `${app}/deletion-impact`, json({ references, whole: false }))
    expect(impact.json).toMatchObject({ running: [{ reference: 'multi', clusters: ['prod'] }] })
    const whole = await ask('GET', `${app}/deletion-impact`)
    expect(whole.json).toMatchObject({ runningCount: 3 })
    expect((whole.json as { running: unknown[] }).running).toHaveLength(3)
  })
})

describe('a report', () => {
  test('protects after its time too: nothing better is known', async () => {
    await report(running.digest)
    api.clock.advance(30 * 24 * 3_600_000)
    expect(await deletion(`${app}/tags/live`)).toBe('IMAGE_RUNNING')
  })

  test('protects until the next one, or until it is given up', async () => {
    await report(running.digest)
    await report(platform.digest)
    expect(await deletion(`${app}/tags/live`)).toBe(204)
    expect(await deletion(`${app}/tags/multi`)).toBe('IMAGE_RUNNING')
    expect((await ask('DELETE', '/api/v0/running/prod')).status).toBe(204)
    expect(await deletion(`${app}/tags/multi`)).toBe(204)
  })
})
