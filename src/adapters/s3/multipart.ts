import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { Bytes } from '#storage/bytes.ts'
import { at, type Bucket } from './bucket.ts'
import { headObject } from './reads.ts'
import { calling, isUploadGone } from './s3-errors.ts'

/** A part that the store has. */
interface SentPart {
  readonly PartNumber: number
  readonly ETag: string | undefined
}

/**
 * An object of which nothing can be seen before `complete`. Its parts have the order in which the
 * calls began; several can run at the same time.
 */
export interface Multipart {
  /** All but the last have at least 5 MiB. */
  sendPart(bytes: Bytes): Promise<void>
  /** A part of another object, as that was when it had the ETag. */
  copyPart(source: CopySource): Promise<void>
  /** Resolves to the ETag of the object. */
  complete(): Promise<string>
  /** Never rejects: what stays is found by the next clean-up. */
  abort(): Promise<void>
}

export interface CopySource {
  readonly key: string
  readonly etag: string
  /** Absent: all of it. The last byte is included. */
  readonly range?: { readonly start: number; readonly end: number }
}

/** As a header has it. */
export const copySourceOf = (bucket: Bucket, key: string): string =>
  `${bucket.name}/${(bucket.prefix + key).split('/').map(encodeURIComponent).join('/')}`

const write = 's3:PutObject'

/** Begins an object in parts; resolves to what names it. */
export async function createUpload(bucket: Bucket, key: string) {
  const where = at(bucket, key)
  const { UploadId } = await calling(bucket, key, write, () =>
    bucket.client.send(new CreateMultipartUploadCommand(where)),
  )
  return { ...where, UploadId }
}

export async function beginMultipart(bucket: Bucket, key: string): Promise<Multipart> {
  const upload = await createUpload(bucket, key)
  const parts: SentPart[] = []
  let begun = 0
  const nextPart = () => ({ ...upload, PartNumber: (begun += 1) })

  return {
    async sendPart(Body) {
      const part = nextPart()
      const { ETag } = await calling(bucket, key, write, () =>
        bucket.client.send(new UploadPartCommand({ ...part, Body })),
      )
      parts.push({ PartNumber: part.PartNumber, ETag })
    },

    async copyPart({ key: from, etag, range }) {
      const part = nextPart()
      const { CopyPartResult } = await calling(bucket, from, write, () =>
        bucket.client.send(
          new UploadPartCopyCommand({
            ...part,
            CopySource: copySourceOf(bucket, from),
            CopySourceIfMatch: bucket.conditionOf(etag),
            ...(range && { CopySourceRange: `bytes=${range.start}-${range.end}` }),
          }),
        ),
      )
      parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag })
    },

    async complete() {
      return await calling(bucket, key, write, async () => {
        try {
          const Parts = parts.toSorted((one, other) => one.PartNumber - other.PartNumber)
          const MultipartUpload = { Parts }
          const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload })
          return (await bucket.client.send(command)).ETag ?? ''
        } catch (error) {
          // An attempt whose answer was lost may have completed it.
          if (!isUploadGone(error)) throw error
          const head = await headObject(bucket, key)
          if (head === null || !head.etag.includes(`-${parts.length}`)) throw error
          return head.etag
        }
      })
    },

    async abort() {
      await bucket.client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
    },
  }
}
