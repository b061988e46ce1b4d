import { join, resolve } from 'node:path'
import { distance } from 'fastest-levenshtein'
import { ok, err, type Result } from '#domain/values/result.ts'
import {
  bucketNames,
  isBucket,
  parseBucketConfiguration,
  type BucketConfiguration,
} from './bucket-configuration.ts'
import { parseDatabaseURL } from './database-url.ts'
import { parseTrustedProxies, type TrustsProxy } from './http/trusted-proxies.ts'

/** The settings of the server. Paths are absolute. */
export interface Configuration {
  readonly host: string
  readonly port: number
  /** Holds the state, and also the images by default. */
  readonly dataFolder: string
  /** Holds `docker/registry/v2`, unless the images are in a bucket. */
  readonly storageFolder: string
  /** Null: the images are in a folder. */
  readonly bucket: BucketConfiguration | null
  /** A person says that the server which holds the bucket has ended. */
  readonly takesOver: boolean
  /** `postgres://…`, with its password: never shown or logged. Null: SQLite in the data folder. */
  readonly databaseURL: string | null
  /** Others may use the same storage and database at once, if they say so too. */
  readonly isOneOfSeveral: boolean
  /** The first administrator's password; null: one is generated and printed once. */
  readonly adminPassword: string | null
  readonly logFormat: 'text' | 'json'
  /** Says what runs, one image a line; null: no file does. */
  readonly runningFile: string | null
  /** Load the sample images when the store is empty. */
  readonly loadSamples: boolean
  /**
   * The address for people and clients, without a slash at the end; null: as a request names it.
   */
  readonly publicOrigin: string | null
  /** Origins whose pages may use `/v2` in a browser: `https://ui.example.com`. */
  readonly corsOrigins: readonly string[]
  /** Null: no proxy is trusted. */
  readonly trustsProxy: TrustsProxy | null
  /** The limit for all of a stop: pushes finish, a collection ends between two items. */
  readonly drainMs: number
}

type Environment = Readonly<Record<string, string | undefined>>

const names = [
  'JETSAM_HOST',
  'JETSAM_PORT',
  'JETSAM_DATA',
  'JETSAM_STORAGE',
  'JETSAM_DATABASE',
  'JETSAM_SERVERS',
  'JETSAM_DISTRIBUTION_CONFIG',
  ...bucketNames,
  'JETSAM_ADMIN_PASSWORD',
  'JETSAM_LOG',
  'JETSAM_SAMPLES',
  'JETSAM_RUNNING',
  'JETSAM_PUBLIC_URL',
  'JETSAM_TRUSTED_PROXIES',
  'JETSAM_CORS_ORIGINS',
  'JETSAM_DRAIN_SECONDS',
] as const
type Name = (typeof names)[number]

const shortestPassword = 8

const wrong = (field: Name, message: string) =>
  err({ code: 'INVALID_CONFIGURATION', field, message: `${field}: ${message}` })

/** What Kubernetes tells each pod of each Service: `JETSAM_SERVICE_HOST`, `JETSAM_PORT_80_TCP`. */
const ofService =
  /^(JETSAM(?:_\w+)??)_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP|SCTP))(?:_\w+)?$/

/** A silently ignored misspelt setting is worse than a server that does not start. */
function refuseUnknownNames(environment: Environment): Result<null> {
  for (const given of Object.keys(environment)) {
    if (!given.startsWith('JETSAM_') || names.some((name) => name === given)) continue
    const [, service] = ofService.exec(given) ?? []
    if (service !== undefined) {
      const name = service.toLowerCase().replaceAll('_', '-')
      return err({
        code: 'INVALID_CONFIGURATION',
        field: given,
        message: `${given} is set by Kubernetes, because a Service is named "${name}": write "enableServiceLinks: false" into the specification of the pod`,
      })
    }
    const nearest = [...names].toSorted((a, b) => distance(given, a) - distance(given, b))[0]
    return err({
      code: 'INVALID_CONFIGURATION',
      field: given,
      message: `${given} is not a setting of Jetsam. Did you mean ${nearest}?`,
    })
  }
  return ok(null)
}

function parsePort(text: string): number | null {
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65535 ? port : null
}

/** At most an hour: a server that never stops is killed. */
function parseDrain(text: string): number | null {
  return /^\d{1,4}$/.test(text) && Number(text) <= 3600 ? Number(text) * 1000 : null
}

/** A web address without a path: the dashboard and `/v2/` are at its root. */
function parsePublicOrigin(text: string): string | null {
  const isAddress = /^https?:\/\/[^/?#@\\\s]+\/?$/i.test(text) && URL.canParse(text)
  return isAddress ? new URL(text).origin : null
}

function parseCorsOrigins(list: string): Result<readonly string[]> {
  const origins: string[] = []
  for (const text of list.split(',').map((part) => part.trim())) {
    if (text === '') continue
    const origin = text.includes('*') ? null : parsePublicOrigin(text)
    if (origin === null) {
      const message = `"${text}" is not where a page is: write addresses like https://ui.example.com, without a path or a star, with commas between them`
      return wrong('JETSAM_CORS_ORIGINS', message)
    }
    origins.push(origin)
  }
  return ok(origins)
}

/** Parses `JETSAM_*`. An empty value counts as absent. A refusal is one sentence for a person. */
export function parseConfiguration(
  environment: Environment,
  workingFolder: string,
): Result<Configuration> {
  const known = refuseUnknownNames(environment)
  if (!known.ok) return known
  const given = (name: Name): string | null => environment[name] || null

  const port = parsePort(given('JETSAM_PORT') ?? '4400')
  if (port === null) return wrong('JETSAM_PORT', 'a port is a number from 0 to 65535')
  const logFormat = given('JETSAM_LOG') ?? 'text'
  if (logFormat !== 'text' && logFormat !== 'json') {
    return wrong('JETSAM_LOG', 'write "text" or "json"')
  }
  const samples = given('JETSAM_SAMPLES') ?? '0'
  if (samples !== '0' && samples !== '1') return wrong('JETSAM_SAMPLES', 'write 1 or 0')
  const running = given('JETSAM_RUNNING')
  const runningFile = running?.startsWith('file:') ? running.slice('file:'.length) : null
  if (running !== null && !runningFile) {
    const message = 'write "file:" and the path of a file with one image a line: file:/run/images'
    return wrong('JETSAM_RUNNING', message)
  }
  const adminPassword = given('JETSAM_ADMIN_PASSWORD')
  if (adminPassword !== null && adminPassword.length < shortestPassword) {
    return wrong('JETSAM_ADMIN_PASSWORD', `use at least ${shortestPassword} characters`)
  }
  const publicUrl = given('JETSAM_PUBLIC_URL')
  const publicOrigin = publicUrl === null ? null : parsePublicOrigin(publicUrl)
  if (publicUrl !== null && publicOrigin === null) {
    return wrong(
      'JETSAM_PUBLIC_URL',
      'write an address like https://registry.example.com, without a path',
    )
  }
  const proxies = given('JETSAM_TRUSTED_PROXIES')
  const trustsProxy = proxies === null ? ok(null) : parseTrustedProxies(proxies)
  if (!trustsProxy.ok) return wrong('JETSAM_TRUSTED_PROXIES', trustsProxy.refusal.message)
  const corsOrigins = parseCorsOrigins(given('JETSAM_CORS_ORIGINS') ?? '')
  if (!corsOrigins.ok) return corsOrigins
  const databaseURL = parseDatabaseURL(environment)
  if (!databaseURL.ok) return databaseURL
  const storage = given('JETSAM_STORAGE')
  const servers = given('JETSAM_SERVERS') ?? 'one'
  if (servers === 'several-unproven' && !isBucket(storage)) {
    return wrong(
      'JETSAM_SERVERS',
      'several servers on one folder are no longer a trial: write "several" for each of them',
    )
  }
  if (servers !== 'one' && servers !== 'several' && servers !== 'several-unproven') {
    return wrong('JETSAM_SERVERS', 'write "one" or "several"')
  }
  if (servers !== 'one' && databaseURL.value === null) {
    return wrong(
      'JETSAM_SERVERS',
      'several servers agree in a database of PostgreSQL: name the same one for all of them with JETSAM_DATABASE',
    )
  }
  // Less than the ten seconds after which container engines kill, by default.
  const drainMs = parseDrain(given('JETSAM_DRAIN_SECONDS') ?? '8')
  if (drainMs === null) return wrong('JETSAM_DRAIN_SECONDS', 'write a number from 0 to 3600')
  const bucket = parseBucketConfiguration(environment, storage)
  if (!bucket.ok) return bucket
  const dataFolder = resolve(workingFolder, given('JETSAM_DATA') ?? 'data')
  return ok({
    host: given('JETSAM_HOST') ?? '127.0.0.1',
    port,
    dataFolder,
    storageFolder:
      storage === null || isBucket(storage)
        ? join(dataFolder, 'registry')
        : resolve(workingFolder, storage),
    bucket: bucket.value,
    takesOver: false,
    databaseURL: databaseURL.value,
    isOneOfSeveral: servers !== 'one',
    adminPassword,
    logFormat,
    runningFile: runningFile === null ? null : resolve(workingFolder, runningFile),
    loadSamples: samples === '1',
    publicOrigin,
    corsOrigins: corsOrigins.value,
    trustsProxy: trustsProxy.value,
    drainMs,
  })
}
