import type { Digest } from '#domain/values/digest.ts'
import { fieldsOr, listOf, stringsOf, type Fields } from '#domain/values/json-fields.ts'
import { platformOfConfiguration, type Platform } from '#domain/values/platform.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { storedDigestsOf } from '../blobs/linked-blobs.ts'
import { measureJson, type JsonLimits } from '#domain/manifest/json-limits.ts'
import { blobFile } from '../layout.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { missingOutcome, readOrNull } from '#storage/single-object.ts'

/** A configuration has some kilobytes; a larger blob is something else. */
const maximumConfigBytes = 1024 * 1024

/** Parsing a text of this length takes about a millisecond, and ten times as long at the most. */
export const largeConfiguration = 64 * 1024

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

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

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
    return fieldsOr(JSON.parse(json))
  } catch {
    return null
  }
}

/** OCI image spec, "Image Configuration"; Docker's has the same fields. Null for anything else. */
export function parseConfiguration(json: string): ImageConfiguration | null {
  const fields = configurationFields(json)
  if (fields === null) return null
  const run = fieldsOr(fields.config)
  return {
    platform: platformOfConfiguration(fields),
    entrypoint: stringsOf(run.Entrypoint),
    command: stringsOf(run.Cmd),
    workingDirectory: textOf(run.WorkingDir),
    user: textOf(run.User),
    ports: Object.keys(fieldsOr(run.ExposedPorts)),
    environment: stringsOf(run.Env),
    labels: Object.fromEntries(
      Object.entries(fieldsOr(run.Labels)).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    layerHistory: layerHistoryIn(fields),
  }
}

/** The command that made each layer. Leaves out the entries of the history that made none. */
export const layerHistoryIn = (configuration: Fields): readonly (string | null)[] =>
  listOf(configuration.history)
    .map(fieldsOr)
    .filter((entry) => entry.empty_layer !== true)
    .map((entry) => textOf(entry.created_by))

/**
 * The texts of configurations, by their digests; without those that are not on storage (any more),
 * or too large. A sha256 configuration opens from the blobs, in any repository; one by another
 * algorithm only through the repository's link.
 */
export async function readConfigurations(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, string>> {
  const own = digests.filter((digest) => isSha256(digest))
  const others = digests.filter((digest) => !isSha256(digest))
  const stored = new Map(own.map((digest) => [digest, digest]))
  for (const entry of await storedDigestsOf(objects, repository, others)) stored.set(...entry)
  const named = [...stored]
  if (named.length === 0) return new Map()
  const files = named.map(([, under]) => blobFile(under))
  const outcomes = await objects.getMany(files, { maximumBytes: maximumConfigBytes })
  const texts = new Map<Digest, string>()
  for (const [position, [digest]] of named.entries()) {
    const file = files[position] ?? ''
    const read = readOrNull(outcomes[position] ?? missingOutcome(file), file)
    if (read?.kind === 'found') texts.set(digest, new TextDecoder().decode(read.bytes))
  }
  return texts
}
