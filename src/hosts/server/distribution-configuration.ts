import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ok, err, type Refusal, type Result } from '#domain/values/result.ts'
import { parseConfiguration, type Configuration } from './configuration.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface ReadDistribution {
  /** As if its settings had been given as ours. */
  readonly environment: Environment
  /** What has no counterpart, or is otherwise here: one sentence each, without any value. */
  readonly notes: readonly string[]
}

const setting = 'JETSAM_DISTRIBUTION_CONFIG'

const refuse = (message: string): { readonly ok: false; readonly refusal: Refusal } =>
  err({ code: 'INVALID_CONFIGURATION', field: setting, message: `${setting}: ${message}` })

type Section = Readonly<Record<string, unknown>>

/** A section that is absent, or only a name, has nothing in it. */
const sectionOf = (value: unknown): Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {}

/** Beside the driver. */
const besideDriver = new Set(['cache', 'delete', 'maintenance', 'redirect', 'tag'])

/** Where docker-registry keeps images if its configuration does not say. */
const usualFolder = '/var/lib/registry'

/** How our settings name what the driver of buckets is told. */
const bucketSettings: readonly (readonly [part: string, name: string])[] = [
  ['region', 'JETSAM_S3_REGION'],
  ['accesskey', 'JETSAM_S3_ACCESS_KEY_ID'],
  ['secretkey', 'JETSAM_S3_SECRET_ACCESS_KEY'],
]

/** The bucket, and how to reach it, as our settings say it. */
function bucketOf(section: Section): Result<Environment> {
  const { bucket, rootdirectory, regionendpoint, secure, forcepathstyle } = section
  if (typeof bucket !== 'string') return refuse('storage.s3.bucket is no name')
  const prefix = typeof rootdirectory === 'string' ? rootdirectory.replaceAll(/^\/+|\/+$/g, '') : ''
  const settings: Record<string, string> = {
    JETSAM_STORAGE: `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
  }
  for (const [part, name] of bucketSettings) {
    const value = section[part]
    if (typeof value === 'string' && value !== '') settings[name] = value
  }
  if (typeof regionendpoint === 'string' && regionendpoint !== '') {
    const scheme = secure === false ? 'http' : 'https'
    const isWhole = /^https?:\/\//i.test(regionendpoint)
    settings.JETSAM_S3_ENDPOINT = isWhole ? regionendpoint : `${scheme}://${regionendpoint}`
  }
  if (typeof forcepathstyle === 'boolean') {
    settings.JETSAM_S3_FORCE_PATH_STYLE = forcepathstyle ? '1' : '0'
  }
  return ok(settings)
}

function storageOf(storage: unknown): Result<Environment> {
  const section = typeof storage === 'string' ? { [storage]: {} } : sectionOf(storage)
  const [driver, ...others] = Object.keys(section).filter((name) => !besideDriver.has(name))
  if (driver === undefined) return refuse('its storage section names no driver')
  if (others.length > 0) {
    return refuse(`its storage section names several drivers: ${[driver, ...others].join(', ')}`)
  }
  if (driver === 'filesystem') {
    const folder = sectionOf(section.filesystem).rootdirectory ?? usualFolder
    return typeof folder === 'string' && folder !== ''
      ? ok({ JETSAM_STORAGE: folder })
      : refuse('storage.filesystem.rootdirectory is no path')
  }
  if (driver === 's3' || driver === 's3aws') {
    return bucketOf(sectionOf(section[driver]))
  }
  return refuse(
    `its images are kept by the driver ${driver}, which Jetsam does not have: copy them into a folder, as with skopeo sync, and name that with storage.filesystem`,
  )
}

/** By the path of the setting: what is otherwise here. */
const counterparts: Readonly<Record<string, string>> = {
  'storage.cache':
    'is not used here; leave it out there too while both use one folder: with it, docker-registry answers 200 for layers that are gone',
  'storage.delete':
    'is not followed: all who may delete in a repository can do so, and what is deleted can be restored',
  'storage.maintenance':
    'is not followed: pushes are accepted, and abandoned uploads are removed by collections',
  'storage.redirect': 'has no counterpart: Jetsam sends the bytes itself',
  'storage.tag': 'has no counterpart',
  'http.addr': 'is not followed: see JETSAM_HOST and JETSAM_PORT',
  'http.host': 'is not followed: see JETSAM_PUBLIC_URL',
  'http.secret': 'is not needed: one server knows its uploads',
  'http.tls': 'is not followed: TLS is for a proxy in front',
  'http.prefix': 'has no counterpart: the registry is at the root of its address',
  auth: 'is not followed: accounts are made in the dashboard, or over the API',
  proxy: 'is not followed: Jetsam fetches no images from elsewhere',
  notifications: 'have no counterpart: see the activity',
  log: 'is not followed: see JETSAM_LOG',
}

/** Sections whose parts are told one by one. */
const apart = new Set(['storage', 'http'])

function notesOf(configuration: Section, environment: Environment): readonly string[] {
  const paths = Object.keys(configuration).flatMap((name) =>
    apart.has(name)
      ? Object.keys(sectionOf(configuration[name]))
          .filter((part) => name !== 'storage' || besideDriver.has(part))
          .map((part) => `${name}.${part}`)
      : name === 'version'
        ? []
        : [name],
  )
  const notes = paths.map((path) => `${path} ${counterparts[path] ?? 'has no counterpart'}`)
  const overriding = Object.keys(environment).filter((name) => name.startsWith('REGISTRY_'))
  return overriding.length === 0
    ? notes
    : [...notes, `${overriding.join(', ')} in the environment are not read: only the file is`]
}

/** An empty value counts as absent. */
const present = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))

async function parse(path: string): Promise<Result<Section>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refuse(`${path} cannot be read (${reason})`)
  }
  // Loaded only when it is used.
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [flaw] = document.errors
  if (flaw !== undefined) {
    // Its message would quote the line, which may hold a secret.
    const line = flaw.linePos?.[0].line
    return refuse(`${path} is no YAML${line === undefined ? '' : ` (line ${line})`}`)
  }
  let value: unknown
  try {
    value = document.toJS()
  } catch {
    return refuse(`${path} refers to itself too often`)
  }
  const section = sectionOf(value)
  return 'storage' in section
    ? ok(section)
    : refuse(`${path} is no configuration of docker-registry: it has no storage section`)
}

/**
 * Reads the configuration of a registry that is there already, if one is named. A refusal is one
 * sentence for a person.
 */
export async function readDistribution(
  environment: Environment,
  workingFolder: string,
): Promise<Result<ReadDistribution>> {
  const named = environment[setting]
  if (!named) return ok({ environment, notes: [] })
  if (environment.JETSAM_STORAGE) {
    return refuse('it says where the images are, and so does JETSAM_STORAGE: leave one of them out')
  }
  const configuration = await parse(resolve(workingFolder, named))
  if (!configuration.ok) return configuration
  const storage = storageOf(configuration.value.storage)
  if (!storage.ok) return storage
  return ok({
    // What is given beside it, such as a key, counts.
    environment: { ...storage.value, ...present(environment) },
    notes: notesOf(configuration.value, environment),
  })
}

/** The configuration of the server, with what is said of it once at the start. */
export interface ServerConfiguration {
  readonly configuration: Result<Configuration>
  readonly notes: readonly string[]
}

/** Reads `JETSAM_*`, and the configuration of another registry that they name. */
export async function readConfiguration(
  environment: Environment,
  workingFolder: string,
): Promise<ServerConfiguration> {
  const read = await readDistribution(environment, workingFolder)
  if (!read.ok) return { configuration: read, notes: [] }
  const named = environment[setting] ?? ''
  return {
    configuration: parseConfiguration(read.value.environment, workingFolder),
    notes: read.value.notes.map((note) => `${named}: ${note}`),
  }
}
