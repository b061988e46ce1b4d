import type { S3Settings } from '#adapters/s3/bucket.ts'
import { err, ok, type Result } from '#domain/values/result.ts'
import { isSafePath } from '#storage/storage-path.ts'

/** Images in a bucket instead of a folder. */
export interface BucketConfiguration {
  readonly settings: S3Settings
  /** `s3://bucket/prefix`, for messages. */
  readonly name: string
  /** Whether pulls of layers are sent to the store itself. */
  readonly redirects: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

export const bucketNames = [
  'JETSAM_S3_ENDPOINT',
  'JETSAM_S3_REGION',
  'JETSAM_S3_ACCESS_KEY_ID',
  'JETSAM_S3_SECRET_ACCESS_KEY',
  'JETSAM_S3_FORCE_PATH_STYLE',
  'JETSAM_S3_REDIRECT',
] as const
type Name = (typeof bucketNames)[number] | 'JETSAM_STORAGE'

const wrong = (field: Name, message: string) =>
  err({ code: 'INVALID_CONFIGURATION', field, message: `${field}: ${message}` })

export const isBucket = (storage: string | null): storage is string =>
  storage?.startsWith('s3://') ?? false

/** Null for something else than `s3://bucket` or `s3://bucket/prefix`. */
function parseBucket(address: string): Pick<S3Settings, 'bucket' | 'prefix'> | null {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(address) ?? []
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return null
  const folder = path.replace(/\/$/, '')
  if (folder !== '' && !isSafePath(folder)) return null
  return { bucket, prefix: folder === '' ? '' : `${folder}/` }
}

/** An address without a path. Unlike an origin of ours it may be of any host. */
function parseEndpoint(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null
  const { origin, pathname, search, hash, username, password } = new URL(text)
  return pathname === '/' && search + hash + username + password === '' ? origin : null
}

const isSwitch = (value: string): boolean => value === '0' || value === '1'

/**
 * Parses where images in a bucket are. Null for a storage that is a folder.
 *
 * @param storage the value of `JETSAM_STORAGE`
 */
export function parseBucketConfiguration(
  environment: Environment,
  storage: string | null,
): Result<BucketConfiguration | null> {
  const given = (name: Name | 'JETSAM_SERVERS'): string | null => environment[name] || null
  if (!isBucket(storage)) {
    const stray = bucketNames.find((name) => given(name) !== null)
    return stray === undefined
      ? ok(null)
      : wrong(
          stray,
          'it is for images in a bucket: set JETSAM_STORAGE=s3://bucket, or leave it out',
        )
  }
  if (given('JETSAM_SERVERS') === 'several') {
    return wrong(
      'JETSAM_STORAGE',
      'several servers on one bucket are not proven to lose nothing yet: name a folder that all of them reach, leave out JETSAM_SERVERS for one server, or try it with JETSAM_SERVERS=several-unproven and images that may be lost',
    )
  }
  const place = parseBucket(storage)
  if (place === null) {
    return wrong(
      'JETSAM_STORAGE',
      'write s3://bucket or s3://bucket/prefix, as the store names them',
    )
  }
  const endpointText = given('JETSAM_S3_ENDPOINT')
  const endpoint = endpointText === null ? null : parseEndpoint(endpointText)
  if (endpointText !== null && endpoint === null) {
    const example = 'https://s3.example.com'
    return wrong('JETSAM_S3_ENDPOINT', `write an address like ${example}, without a path`)
  }
  const accessKeyId = given('JETSAM_S3_ACCESS_KEY_ID')
  const secretAccessKey = given('JETSAM_S3_SECRET_ACCESS_KEY')
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    const missing = accessKeyId === null ? 'JETSAM_S3_ACCESS_KEY_ID' : 'JETSAM_S3_SECRET_ACCESS_KEY'
    return wrong(missing, 'a key has two parts: set both, or neither to use the machine’s own role')
  }
  // Stores other than Amazon's rarely have a host name for each bucket.
  const pathStyle = given('JETSAM_S3_FORCE_PATH_STYLE') ?? (endpoint === null ? '0' : '1')
  if (!isSwitch(pathStyle)) return wrong('JETSAM_S3_FORCE_PATH_STYLE', 'write 1 or 0')
  const redirect = given('JETSAM_S3_REDIRECT') ?? '0'
  if (!isSwitch(redirect)) return wrong('JETSAM_S3_REDIRECT', 'write 1 or 0')
  return ok({
    settings: {
      ...place,
      endpoint,
      region: given('JETSAM_S3_REGION') ?? 'us-east-1',
      credentials:
        accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey },
      forcePathStyle: pathStyle === '1',
    },
    name: `s3://${place.bucket}/${place.prefix}`.replace(/\/$/, ''),
    redirects: redirect === '1',
  })
}
