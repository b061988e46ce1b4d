import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfiguration } from './configuration.ts'
import { readDistribution } from './distribution-configuration.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function read(text: string, environment: Record<string, string> = {}) {
  await writeFile(join(folder, 'config.yml'), text)
  return await readDistribution(
    { JETSAM_DISTRIBUTION_CONFIG: 'config.yml', ...environment },
    folder,
  )
}

/** As Debian installs it, with what people add. */
const usual = `
version: 0.1
log:
  fields: {service: registry}
storage:
  cache: {blobdescriptor: inmemory}
  filesystem:
    rootdirectory: /srv/images
  delete: {enabled: false}
http:
  addr: :5000
  secret: hidden-secret
  headers: {X-Content-Type-Options: [nosniff]}
auth:
  htpasswd: {realm: hidden, path: /etc/hidden}
health:
  storagedriver: {enabled: true}
`

describe('the configuration of a registry that is there already', () => {
  test('says where the images are; all else is said once, without its value', async () => {
    const configuration = await read(usual)
    expect(configuration).toMatchObject({
      ok: true,
      value: { environment: { JETSAM_STORAGE: '/srv/images' } },
    })
    const { notes } = configuration.ok ? configuration.value : { notes: [] }
    expect(notes.map((note) => note.split(' ')[0])).toEqual([
      'log',
      'storage.cache',
      'storage.delete',
      'http.addr',
      'http.secret',
      'http.headers',
      'auth',
      'health',
    ])
    expect(notes.join('\n')).not.toContain('hidden')
    expect(notes).toContain('health has no counterpart')
  })

  test.each([
    ['storage: filesystem', '/var/lib/registry'],
    ['storage: {filesystem: }', '/var/lib/registry'],
    ['storage: {filesystem: {maxthreads: 100}}', '/var/lib/registry'],
    ['storage: &a {filesystem: {rootdirectory: /b}}', '/b'],
  ])('%s means %s', async (text, JETSAM_STORAGE) => {
    expect(await read(text)).toMatchObject({ value: { environment: { JETSAM_STORAGE } } })
  })

  test('names a bucket, and how to reach it; what is given beside it counts', async () => {
    const text = `storage: {s3: {bucket: images, rootdirectory: /a/b/, region: eu-1, regionendpoint: "store:9000", secure: false, accesskey: one, secretkey: two, forcepathstyle: true}}`
    const expected = {
      JETSAM_STORAGE: 's3://images/a/b',
      JETSAM_S3_ENDPOINT: 'http://store:9000',
      JETSAM_S3_REGION: 'eu-1',
      JETSAM_S3_ACCESS_KEY_ID: 'one',
      JETSAM_S3_SECRET_ACCESS_KEY: 'two',
      JETSAM_S3_FORCE_PATH_STYLE: '1',
    }
    const configuration = await read(text)
    expect(configuration).toMatchObject({ value: { environment: expected } })
    const { environment } = configuration.ok ? configuration.value : { environment: {} }
    expect(parseConfiguration(environment, folder)).toMatchObject({
      ok: true,
      value: { bucket: { name: 's3://images/a/b' } },
    })
    const other = { JETSAM_S3_SECRET_ACCESS_KEY: 'three', JETSAM_S3_REGION: '' }
    expect(await read(text, other)).toMatchObject({
      value: { environment: { ...expected, JETSAM_S3_SECRET_ACCESS_KEY: 'three' } },
    })
    expect(await read('storage: {s3: {bucket: images}}')).toMatchObject({
      value: { environment: { JETSAM_STORAGE: 's3://images' } },
    })
  })

  test('is not needed', async () => {
    const environment = { JETSAM_DISTRIBUTION_CONFIG: '', JETSAM_PORT: '1' }
    expect(await readDistribution(environment, folder)).toEqual({
      ok: true,
      value: { environment, notes: [] },
    })
  })

  test('is not overridden by the environment of docker-registry, which is said', async () => {
    const environment = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/elsewhere' }
    expect(await read('storage: filesystem', environment)).toMatchObject({
      value: {
        environment: { JETSAM_STORAGE: '/var/lib/registry' },
        notes: [expect.stringContaining('REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY') as string],
      },
    })
  })

  test.each([
    ['storage: {s3: {secretkey: hidden}}', 'storage.s3.bucket is no name'],
    ['storage: {gcs: {bucket: hidden}}', 'by the driver gcs, which Jetsam does not have'],
    ['storage: {inmemory: }', 'by the driver inmemory'],
    ['storage: {filesystem: , s3: }', 'names several drivers: filesystem, s3'],
    ['storage: {delete: {enabled: true}}', 'names no driver'],
    ['storage: {filesystem: {rootdirectory: [hidden]}}', 'rootdirectory is no path'],
    ['version: 0.1', 'it has no storage section'],
    ['- hidden', 'it has no storage section'],
    ['', 'it has no storage section'],
    ['storage: {secret: hidden', 'is no YAML (line 1)'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nstorage: [*c,*c,*c,*c,*c,*c,*c]',
      'too often',
    ],
  ])('is refused: %s', async (text, reason) => {
    const configuration = await read(text)
    const { message } = configuration.ok ? { message: '' } : configuration.refusal
    expect(message).toMatch(/^JETSAM_DISTRIBUTION_CONFIG: /)
    expect(message).toContain(reason)
    expect(message).not.toContain('hidden')
  })

  test('is refused beside another place for the images, and if it is not there', async () => {
    const both = await read(usual, { JETSAM_STORAGE: '/other' })
    expect(both).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('leave one of them out') as string },
    })
    const absent = await readDistribution({ JETSAM_DISTRIBUTION_CONFIG: 'none.yml' }, folder)
    expect(absent).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('none.yml cannot be read') as string },
    })
  })
})
