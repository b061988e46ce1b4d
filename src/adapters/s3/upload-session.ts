import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { isDigest, type Digest } from '#domain/values/digest.ts'
import { StoreError } from '#storage/errors.ts'
import { dataOf, startedAtOf, uploadStatOf } from '#storage/upload-files.ts'
import type { UploadPrefix, UploadStat } from '#storage/upload-store.ts'
import { at, type Bucket } from './bucket.ts'
import type { FoundObject } from './list-pages.ts'
import { getOutcome, headObject } from './reads.ts'
import { calling, isConditionFailed, isRefused } from './s3-errors.ts'
import type { Source } from './writes.ts'

/*
 * An upload in a bucket. Each call that appends writes an object of its own, below `parts/`; the
 * object `state` lists those that count, and is only ever replaced as the one that was read. So what
 * an attempt sends late, after another has taken its place, changes nothing.
 */

export const stateOf = (upload: UploadPrefix): string => `${upload}state`
export const partsFolder = (upload: UploadPrefix): `${string}/` => `${upload}parts/`

export interface UploadSession {
  /** Absent for an upload of which only the bytes were found. */
  readonly started: FoundObject | null
  readonly stat: UploadStat
  /** What the upload has so far, in order. */
  readonly sources: readonly Source[]
  /** The ETag of `state`; null: there is none yet. */
  readonly version: string | null
}

/** More than ten thousand parts, which no object can have. */
const maximumStateBytes = 4 * 1024 * 1024

interface StoredSource extends Source {
  /** Of all bytes up to its end; null: unknown. */
  readonly digest: Digest | null
}

function parseSources(upload: UploadPrefix, text: string): readonly StoredSource[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return null
    return parsed.map((one: Partial<Record<keyof StoredSource | 'name', unknown>>) => {
      const { name, sizeBytes, etag, digest } = one
      if (typeof name !== 'string' || typeof etag !== 'string') throw new TypeError('no source')
      if (typeof sizeBytes !== 'number') throw new TypeError('no size')
      const told = isDigest(digest) ? digest : null
      return { key: partsFolder(upload) + name, sizeBytes, etag, digest: told }
    })
  } catch {
    return null
  }
}

const broken = (key: string) =>
  new StoreError('FAILED', key, { cause: new Error('the state of an upload cannot be read') })

/** @param objects what is below the prefix of the upload */
export async function readSession(
  bucket: Bucket,
  upload: UploadPrefix,
  objects: readonly FoundObject[],
): Promise<UploadSession | null> {
  const find = (key: string) => objects.find((one) => one.key === key) ?? null
  const [started, state] = [find(startedAtOf(upload)), find(stateOf(upload))]
  // What other software has uploaded so far, or left.
  const data = find(dataOf(upload))
  if (started === null && state === null && data === null) return null
  if (state === null) {
    return {
      started,
      stat: uploadStatOf(started, data),
      sources: data ? [data] : [],
      version: null,
    }
  }
  const { key } = state
  const outcome = await getOutcome(bucket, key, maximumStateBytes)
  if (outcome.kind === 'absent') return null
  const text = outcome.kind === 'found' ? new TextDecoder().decode(outcome.bytes) : ''
  const sources = parseSources(upload, text)
  if (sources === null || outcome.kind !== 'found') throw broken(key)
  const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0)
  const { modifiedAtMs } = outcome
  const version = createHash('md5').update(outcome.bytes).digest('hex')
  const digest = sources.at(-1)?.digest ?? null
  const stat = {
    ...uploadStatOf(started, { sizeBytes, modifiedAtMs }),
    ...(digest && { digest }),
  }
  return { started, stat, sources, version }
}

/** How often a write is tried again whose answer does not tell. */
const attempts = 4

/**
 * Makes these the bytes of the upload. False if another call has done so since the session was read:
 * then nothing is changed.
 *
 * @param digest of all these bytes; null: unknown
 */
export async function replaceSources(
  bucket: Bucket,
  upload: UploadPrefix,
  { version }: UploadSession,
  sources: readonly Source[],
  digest: Digest | null = null,
): Promise<boolean> {
  const key = stateOf(upload)
  const folder = partsFolder(upload)
  const state = sources.map(({ key: source, sizeBytes, etag }, position) => ({
    name: source.slice(folder.length),
    sizeBytes,
    etag,
    ...(digest && position === sources.length - 1 && { digest }),
  }))
  const Body = new TextEncoder().encode(JSON.stringify(state))
  const written = createHash('md5').update(Body).digest('hex')
  const condition =
    version === null
      ? { IfNoneMatch: '*' as const }
      : { IfMatch: bucket.conditionOf(`"${version}"`) }
  return await calling(bucket, key, 's3:PutObject', async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await bucket.once.send(new PutObjectCommand({ ...at(bucket, key), Body, ...condition }))
        return true
      } catch (error) {
        // An attempt whose answer was lost may be the one that others lost to.
        const head = await headObject(bucket, key)
        if (head?.etag.replaceAll('"', '') === written) return true
        if (isConditionFailed(error)) return false
        if (isRefused(error) || attempt === attempts) throw error
        await wait(Math.random() * 100 * 2 ** attempt)
      }
    }
  })
}
