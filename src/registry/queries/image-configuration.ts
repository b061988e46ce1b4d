import type { Digest } from '#domain/values/digest.ts'
import { platformOfConfiguration, type Platform } from '#domain/values/platform.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { storedDigestOf } from '../blobs/blob-store.ts'
import { measureJson, type JsonLimits } from '#domain/manifest/json-limits.ts'
import { blobFile } from '../layout.ts'
import { StorageError, type Storage, type StoredFile } from '#storage/storage.ts'

/** A configuration has some kilobytes; a larger blob is something else. */
export const maximumConfigBytes = 1024 * 1024

/** What an image runs, and how its layers were made. Fields are empty where it does not say. */
export interface ImageConfiguration {
  readonly platform: Platform | null
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDirectory: string | null
  readonly user: string | null
  /** In the form `8080/tcp`. */
  readonly ports: readonly string[]
  /** In the form `NAME=value`. */
  readonly environment: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** The command that made each layer, in manifest order; null where the history does not tell. */
  readonly layerHistory: readonly (string | null)[]
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).filter((item) => typeof item === 'string')

/** More than any image has, and few enough that reading takes some 10 ms. */
const limits: JsonLimits = {
  depth: 64,
  values: 50_000,
  names: 20_000,
  usual: new Set(['created', 'created_by', 'empty_layer', 'comment', 'author']),
}

/** The fields of a configuration's text. Null if it is no JSON, or exceeds the limits. */
export function configurationFields(json: string): Fields | null {
  if (measureJson(json, limits).exceeded !== null) return null
  try {
    return fieldsOf(JSON.parse(json))
  } catch {
    return null
  }
}

/** OCI image spec, "Image Configuration"; Docker's has the same fields. Null for anything else. */
export function parseConfiguration(json: string): ImageConfiguration | null {
  const fields = configurationFields(json)
  if (fields === null) return null
  const run = fieldsOf(fields.config)
  const history = (Array.isArray(fields.history) ? fields.history : []).map(fieldsOf)
  return {
    platform: platformOfConfiguration(fields),
    entrypoint: textsOf(run.Entrypoint),
    command: textsOf(run.Cmd),
    workingDirectory: textOf(run.WorkingDir),
    user: textOf(run.User),
    ports: Object.keys(fieldsOf(run.ExposedPorts)),
    environment: textsOf(run.Env),
    labels: Object.fromEntries(
      Object.entries(fieldsOf(run.Labels)).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    // Leaves out history entries that made no layer.
    layerHistory: history
      .filter((entry) => entry.empty_layer !== true)
      .map((entry) => textOf(entry.created_by)),
  }
}

/**
 * A sha256 configuration opens from the blobs, in any repository; one by another algorithm only
 * through the repository's link.
 */
export async function openConfiguration(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
): Promise<StoredFile | null> {
  const stored = isSha256(digest) ? digest : await storedDigestOf(storage, repository, digest)
  return stored && (await storage.open(blobFile(stored)))
}

/** Null when it is not on storage (any more), too large, or no configuration. */
export async function readConfiguration(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
): Promise<ImageConfiguration | null> {
  try {
    const file = await openConfiguration(storage, repository, digest)
    if (file === null || file.sizeBytes > maximumConfigBytes) return null
    return parseConfiguration(new TextDecoder().decode(await file.bytes()))
  } catch (error) {
    // The file was removed after it was found.
    if (error instanceof StorageError && error.code === 'NOT_FOUND') return null
    throw error
  }
}
