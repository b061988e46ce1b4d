import { describe, expect, it } from 'vitest'
import { parseBucketConfiguration } from './bucket-configuration.ts'
import { parseConfiguration } from './configuration.ts'

const read = (environment: Record<string, string>) => parseConfiguration(environment, '/srv')

const keys = {
  JETSAM_S3_ACCESS_KEY_ID: 'id',
  JETSAM_S3_SECRET_ACCESS_KEY: 'secret',
}

describe('a bucket for the images', () => {
  it('needs its name alone', () => {
    expect(read({ JETSAM_STORAGE: 's3://images' })).toMatchObject({
      value: {
        bucket: {
          name: 's3://images',
          redirects: false,
          settings: {
            bucket: 'images',
            prefix: '',
            endpoint: null,
            region: 'us-east-1',
            credentials: null,
            forcePathStyle: false,
          },
        },
      },
    })
  })

  it('has every setting', () => {
    const environment = {
      JETSAM_STORAGE: 's3://images/some/root/',
      JETSAM_S3_ENDPOINT: 'https://S3.example:9000/',
      JETSAM_S3_REGION: 'eu-central-1',
      JETSAM_S3_REDIRECT: '1',
      ...keys,
    }
    const settings = {
      bucket: 'images',
      prefix: 'some/root/',
      endpoint: 'https://s3.example:9000',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      forcePathStyle: true,
    }
    const bucket = { name: 's3://images/some/root', redirects: true, settings }
    expect(read(environment)).toMatchObject({ value: { bucket } })
    const byHost = read({ ...environment, JETSAM_S3_FORCE_PATH_STYLE: '0' })
    expect(byHost).toMatchObject({ value: { bucket: { settings: { forcePathStyle: false } } } })
  })

  it('has one server, or several for those who try it', () => {
    const several = parseBucketConfiguration({ JETSAM_SERVERS: 'several' }, 's3://images')
    expect(several).toMatchObject({
      ok: false,
      refusal: {
        message: expect.stringContaining('one bucket are not proven to lose nothing yet') as string,
      },
    })
    const tried = parseBucketConfiguration({ JETSAM_SERVERS: 'several-unproven' }, 's3://images')
    expect(tried.ok).toBe(true)
  })

  it('goes with a state in a database, or in a file', () => {
    const databaseURL = 'postgres://a@b/c'
    const environment = { JETSAM_STORAGE: 's3://images', JETSAM_DATABASE: databaseURL }
    expect(read(environment)).toMatchObject({
      value: { bucket: { name: 's3://images' }, databaseURL },
    })
  })

  it.each([
    [{ JETSAM_STORAGE: 's3://' }, /^JETSAM_STORAGE: write s3:\/\/bucket or/],
    [{ JETSAM_STORAGE: 's3://Images' }, /^JETSAM_STORAGE: write s3:\/\/bucket or/],
    [{ JETSAM_STORAGE: 's3://images//a' }, /^JETSAM_STORAGE: write s3:\/\/bucket or/],
    [{ JETSAM_STORAGE: 's3://images/../a' }, /^JETSAM_STORAGE: write s3:\/\/bucket or/],
    [keys, /^JETSAM_S3_ACCESS_KEY_ID: it is for images in a bucket: set JETSAM_STORAGE=s3:/],
    [
      { JETSAM_STORAGE: '/images', JETSAM_S3_REGION: 'x' },
      /^JETSAM_S3_REGION: it is for images in a bucket/,
    ],
    [
      { JETSAM_STORAGE: 's3://images', JETSAM_S3_ACCESS_KEY_ID: 'id' },
      /^JETSAM_S3_SECRET_ACCESS_KEY: a key has two parts/,
    ],
    [
      { JETSAM_STORAGE: 's3://images', JETSAM_S3_SECRET_ACCESS_KEY: 'secret' },
      /^JETSAM_S3_ACCESS_KEY_ID: a key has two parts/,
    ],
    [
      { JETSAM_STORAGE: 's3://images', JETSAM_S3_ENDPOINT: 'https://s3.example/images' },
      /^JETSAM_S3_ENDPOINT: write an address like https:\/\/s3.example.com, without a path/,
    ],
    [
      { JETSAM_STORAGE: 's3://images', JETSAM_S3_FORCE_PATH_STYLE: 'yes' },
      /^JETSAM_S3_FORCE_PATH_STYLE: write 1 or 0/,
    ],
    [
      { JETSAM_STORAGE: 's3://images', JETSAM_S3_REDIRECT: 'yes' },
      /^JETSAM_S3_REDIRECT: write 1 or 0/,
    ],
  ])('is refused in one sentence: %j', (environment, message) => {
    const refused = read(environment)
    expect(refused).toMatchObject({
      ok: false,
      refusal: { message: expect.stringMatching(message) },
    })
    expect(JSON.stringify(refused)).not.toContain('"secret"')
  })
})
