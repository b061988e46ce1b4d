import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfiguration } from '#hosts/server/distribution-configuration.ts'
import { openBucket } from '#hosts/server/open-bucket.ts'
import { bucketOfTests, createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { doctor } from './doctor.ts'

describe.skipIf(!hasCeph())('the doctor of a bucket', () => {
  let world: CephWorld
  let folder: string
  beforeAll(async () => {
    world = await createCephWorld()
    folder = await mkdtemp(join(tmpdir(), 'jetsam-doctor-'))
  })
  afterAll(async () => {
    await world.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const configured = (environment: Readonly<Record<string, string>> = {}) =>
    readConfiguration(
      {
        JETSAM_PORT: '0',
        JETSAM_DATA: folder,
        JETSAM_STORAGE: `s3://${bucketOfTests}/some/root`,
        JETSAM_S3_ENDPOINT: world.ceph.endpoint,
        JETSAM_S3_ACCESS_KEY_ID: world.ceph.accessKeyId,
        JETSAM_S3_SECRET_ACCESS_KEY: world.ceph.secretAccessKey,
        ...environment,
      },
      folder,
    )

  async function examine(environment?: Readonly<Record<string, string>>) {
    const lines: string[] = []
    const print = (line: string): void => void lines.push(line)
    const isRight = await doctor(await configured(environment), { isJSON: false, print })
    return { isRight, all: lines.join('\n') }
  }

  test('says what a server can do with it, and who uses it', async () => {
    const { isRight, all } = await examine()
    expect([isRight, all]).toEqual([true, expect.stringMatching(/in the region us-east-1/)])
    expect(all).toContain(
      'a server can list objects, write an object, read an object, write under conditions, copy an object, send an object in parts, give up an object in parts, find objects in parts, remove objects, keep time with it',
    )
    for (const line of [
      'no server uses it',
      'it keeps no old versions',
      'no unfinished objects take space in it',
    ]) {
      expect(all).toContain(`ok     storage: ${line}`)
    }
  })

  test('says what is wrong in the words of a start, and what to do', async () => {
    const environment = { JETSAM_STORAGE: 's3://nowhere' }
    const { isRight, all } = await examine(environment)
    const [reason, advice] = ['there is no bucket nowhere', 'create it, or correct JETSAM_STORAGE']
    expect(isRight).toBe(false)
    expect(all).toContain(
      `WRONG  storage: a server cannot list objects: ${reason}\n       ${advice}`,
    )
    const { configuration } = await configured(environment)
    if (!configuration.ok || configuration.value.bucket === null) throw new Error('no bucket')
    const options = { what: 'a server', takesOver: false, onLost: () => {} }
    await expect(openBucket(configuration.value.bucket, options)).rejects.toThrow(
      `s3://nowhere cannot be used: ${reason}. To mend it, ${advice}`,
    )
  })
})
