import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import { startedAtOf } from '#storage/upload-files.ts'
import type { Bucket } from './bucket.ts'
import { headObject } from './reads.ts'
import { calling, isUploadGone } from './s3-errors.ts'

/** Where a registry writes; what else is in the bucket is not ours. */
const ownPrefixes = ['docker/registry/v2/', 'jetsam/v1/'] as const

/** No body takes longer. */
const leftOverMs = 7 * 24 * 60 * 60_000

/** Objects in parts that were begun, and neither finished nor given up. */
export async function* unfinishedObjects(
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<MultipartUpload> {
  for (let marker = {}; ;) {
    const answer = await calling(bucket, prefix, 's3:ListBucketMultipartUploads', () =>
      bucket.client.send(
        new ListMultipartUploadsCommand({
          Bucket: bucket.name,
          Prefix: bucket.prefix + prefix,
          ...marker,
        }),
      ),
    )
    yield* answer.Uploads ?? []
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = answer
    if (!IsTruncated || !NextKeyMarker) return
    marker = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
  }
}

/** The upload that a key is of; null: it is of none. */
const uploadOf = (key: string): `${string}/` | null =>
  (/^.*\/_uploads\/[^/]+\//.exec(key)?.[0] as `${string}/` | undefined) ?? null

/** Those of them that a crash or other software has left over. */
async function* leftOver(bucket: Bucket, nowMs: number): AsyncGenerator<MultipartUpload> {
  for (const prefix of ownPrefixes) {
    for await (const begun of unfinishedObjects(bucket, prefix)) {
      const { Key = '', Initiated } = begun
      if (Initiated === undefined || Initiated.getTime() >= nowMs - leftOverMs) continue
      const upload = uploadOf(Key.slice(bucket.prefix.length))
      if (upload && (await headObject(bucket, startedAtOf(upload))) !== null) continue
      yield begun
    }
  }
}

export async function countLeftOverParts(bucket: Bucket, nowMs: number): Promise<number> {
  let count = 0
  for await (const _ of leftOver(bucket, nowMs)) count += 1
  return count
}

/**
 * Removes the parts of objects that were never finished: those of a crash, or of other software.
 * They take space that no list of objects shows. Leaves what is younger, and what an upload in
 * progress may still need.
 *
 * @returns how many there were
 */
export async function removeLeftOverParts(bucket: Bucket, nowMs: number): Promise<number> {
  let removed = 0
  for await (const { Key = '', UploadId } of leftOver(bucket, nowMs)) {
    const where = { Bucket: bucket.name, Key, UploadId }
    await calling(bucket, Key, 's3:AbortMultipartUpload', () =>
      bucket.client.send(new AbortMultipartUploadCommand(where)).catch((error: unknown) => {
        if (!isUploadGone(error)) throw error
      }),
    )
    removed += 1
  }
  return removed
}
