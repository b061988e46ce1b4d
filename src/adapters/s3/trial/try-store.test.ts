import {
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bucketOfTests, createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import type { S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf } from '#testing/conformance/object-store/samples.ts'
import { usualLimits } from '../bucket.ts'
import { createServerLease } from '../server-lease.ts'
import { inspectBucket } from './inspect-bucket.ts'
import { openProvenBucket } from './try-store.ts'

/** Each right that a server needs, with all that it cannot do without it. */
const needed: Readonly<Record<string, readonly string[]>> = {
  's3:ListBucket': ['list objects'],
  's3:GetObject': ['read an object'],
  's3:PutObject': ['write an object', 'send an object in parts', 'give up an object in parts'],
  's3:DeleteObject': ['remove objects'],
  's3:AbortMultipartUpload': ['give up an object in parts'],
  's3:ListBucketMultipartUploads': ['find objects in parts'],
}

const reasonOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'nothing is wrong',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )

describe.skipIf(!hasCeph())('a bucket that is tried', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
    await world.ceph.addUser('stranger')
  })
  afterAll(() => world.remove())

  const settingsOf = (name: string) => ({
    ...world.newSettings(),
    credentials: { accessKeyId: `access-${name}`, secretAccessKey: `secret-${name}` },
  })

  /** Who wrote an object may read it, unless that is denied. */
  async function allowAllBut(missing: string | null): Promise<void> {
    const Resource = [`arn:aws:s3:::${bucketOfTests}`, `arn:aws:s3:::${bucketOfTests}/*`]
    const Principal = { AWS: ['arn:aws:iam:::user/stranger'] }
    const all = { Effect: 'Allow', Principal, Action: Object.keys(needed), Resource }
    const denied = { Effect: 'Deny', Principal, Action: [missing], Resource }
    const Statement = missing === null ? [all] : [all, denied]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await world.client.send(new PutBucketPolicyCommand({ Bucket: bucketOfTests, Policy }))
  }

  test('names each right that is missing, and what cannot be done without it', async () => {
    await allowAllBut(null)
    const { trials } = await inspectBucket(settingsOf('stranger'))
    expect(trials.filter(({ trouble }) => trouble)).toEqual([])
    for (const missing of Object.keys(needed)) {
      await allowAllBut(missing)
      const settings = settingsOf('stranger')
      const found = (await inspectBucket(settings)).trials.filter(({ trouble }) => trouble)
      expect(found.map(({ to }) => to)).toEqual(needed[missing])
      for (const { trouble } of found) {
        expect(trouble?.message).toBe(`no permission for ${missing}`)
        expect(trouble?.advice).toContain(`allow ${missing}`)
      }
      // The start says the same.
      expect(await reasonOf(openProvenBucket(settings))).toBe(`no permission for ${missing}`)
    }
  })

  test('says what else is wrong, and what to do', async () => {
    const settings = world.newSettings()
    const wrongSecret = { accessKeyId: 'access-test', secretAccessKey: 'x' }
    const proxy = await world.newProxy()
    const overProxy = { ...settings, endpoint: proxy.endpoint }
    const limits = { ...usualLimits, attempts: 1, requestMs: 500 }
    for (const [other, reason, advice] of [
      [settingsOf('unknown'), 'the store does not know the access key', 'JETSAM_S3_ACCESS_KEY_ID'],
      [
        { ...settings, credentials: wrongSecret },
        'the secret key is wrong',
        'JETSAM_S3_SECRET_ACCESS_KEY',
      ],
      [{ ...settings, bucket: 'nowhere' }, 'there is no bucket nowhere', 'JETSAM_STORAGE'],
      [{ ...settings, endpoint: 'http://127.0.0.1:9' }, 'ECONNREFUSED', 'JETSAM_S3_ENDPOINT'],
    ] as const) {
      const { trials, reached } = await inspectBucket(other, { limits })
      expect(reached).toBeNull()
      expect(trials).toHaveLength(1)
      expect(trials[0]?.trouble?.message).toContain(reason)
      expect(trials[0]?.trouble?.advice).toContain(advice)
      expect(await reasonOf(openProvenBucket(other, { limits }))).toContain(reason)
    }
    for (const [status, code, reason, advice] of [
      [301, 'PermanentRedirect', 'is in another region', 'JETSAM_S3_REGION'],
      [403, 'RequestTimeTooSkewed', 'more than 15 minutes away', 'NTP'],
      [400, 'ExpiredToken', 'the key has expired', 'that lasts'],
      [503, 'SlowDown', 'asked to slow down', 'limit of requests'],
      [507, 'QuotaExceeded', 'is full', 'quota'],
    ] as const) {
      const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>so</Message></Error>`
      proxy.decide(() => ({ status, body }))
      const [first] = (await inspectBucket(overProxy, { limits })).trials
      expect([first?.trouble?.message, first?.trouble?.advice]).toEqual([
        expect.stringContaining(reason),
        expect.stringContaining(advice),
      ])
    }
    proxy.decide(() => 'silence')
    const silent = await inspectBucket(overProxy, { limits })
    expect(silent.trials[0]?.trouble?.message).toContain('did not answer')
  })

  test('is refused where it does not heed conditions, or its clock is off', async () => {
    const proxy = await world.newProxy()
    const over = { ...world.newSettings(), endpoint: proxy.endpoint }
    expect((await openProvenBucket(over)).conditionOf('"a"')).toBe('a')
    const isConditional = ({ method, headers }: S3Request) =>
      method === 'PUT' && ('if-match' in headers || 'if-none-match' in headers)
    const notThere = '<Error><Code>NotImplemented</Code></Error>'
    for (const fate of [
      { status: 200, body: '' },
      { status: 501, body: notThere },
    ]) {
      proxy.decide((request) => (isConditional(request) ? fate : 'passes'))
      expect(await reasonOf(openProvenBucket(over))).toMatch(
        /ignores the conditions of writes|just written to it is not there/,
      )
    }
    proxy.decide(({ headers }) => ('if-match' in headers ? { status: 200, body: '' } : 'passes'))
    expect(await reasonOf(openProvenBucket(over))).toMatch(/ignores the conditions of writes/)
  })

  test('tells who uses it, and what takes space unseen; nothing is left of the trial', async () => {
    const settings = world.newSettings()
    const week = 8 * 24 * 60 * 60_000
    const Key = `${settings.prefix}docker/registry/v2/blobs/sha256/aa/data`
    const { objects, bucket } = await world.open({ settings })
    await world.client.send(new CreateMultipartUploadCommand({ Bucket: bucketOfTests, Key }))
    await objects.put('own', bytesOf('1'))
    const before = await inspectBucket(settings)
    expect(before.trials.filter(({ trouble }) => trouble)).toEqual([])
    expect(before.reached).toMatchObject({ holder: null, isVersioned: false, leftOver: 0 })
    const lease = createServerLease({ bucket, what: 'the server on port 4400', takesOver: false })
    const attempt = await lease.acquire()
    const versioning = { Bucket: bucketOfTests, VersioningConfiguration: {} }
    await world.client.send(
      new PutBucketVersioningCommand({
        ...versioning,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    )
    const { reached } = await inspectBucket(settings, { nowMs: Date.now() + week })
    expect(reached).toMatchObject({
      holder: expect.stringContaining('the server on port 4400') as string,
      isVersioned: true,
      leftOver: 1,
    })
    if (attempt.ok) await attempt.term.release()
    const { Contents = [] } = await world.client.send(
      new ListObjectsV2Command({ Bucket: bucketOfTests, Prefix: settings.prefix }),
    )
    // The lease stays, so that no token is given twice.
    expect(Contents.map(({ Key: left = '' }) => left.slice(settings.prefix.length))).toEqual([
      'jetsam/v1/s3/server',
      'own',
    ])
  })
})
