import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { StoreError } from '#storage/errors.ts'
import type { Bucket } from './bucket.ts'
import { calling } from './s3-errors.ts'

/** An object as a list has it. */
export interface FoundObject {
  /** Without the bucket's prefix. */
  readonly key: string
  readonly sizeBytes: number
  /** In whole seconds, as all other answers have it. */
  readonly modifiedAtMs: number
  /** Without quotes. */
  readonly etag: string
}

export interface ObjectPage {
  readonly objects: readonly FoundObject[]
  /** With their `/`, without the bucket's prefix. */
  readonly prefixes: readonly string[]
  /** Null: this was the last page. */
  readonly next: string | null
}

export interface PageRequest {
  readonly prefix: string
  readonly delimiter?: '/'
  /** Any text: the list has what is greater than it. */
  readonly after?: string
  /** `next` of the page before. */
  readonly token?: string
  readonly maximumKeys?: number
}

/** The most that a store lists, or removes, at once. */
export const keysInPage = 1000

/** XML has no form for some characters, so keys come as parts of a URL. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'))

const wholeSeconds = (date: Date | undefined): number =>
  Math.floor((date?.getTime() ?? 0) / 1000) * 1000

/** One page of a list. Rejects where it is not whole: a short list would look like a short store. */
export async function listPage(bucket: Bucket, request: PageRequest): Promise<ObjectPage> {
  const { prefix, delimiter, after, token, maximumKeys = keysInPage } = request
  const answer = await calling(bucket, prefix, 's3:ListBucket', () =>
    bucket.client.send(
      new ListObjectsV2Command({
        Bucket: bucket.name,
        Prefix: bucket.prefix + prefix,
        EncodingType: 'url',
        MaxKeys: maximumKeys,
        ...(delimiter && { Delimiter: delimiter }),
        ...(after !== undefined && { StartAfter: bucket.prefix + after }),
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    ),
  )
  const {
    Contents = [],
    CommonPrefixes = [],
    KeyCount,
    IsTruncated,
    NextContinuationToken,
  } = answer
  const broken = (reason: string) =>
    new StoreError('FAILED', prefix, { cause: new Error(`the store's list ${reason}`) })
  if (IsTruncated === undefined) throw broken('does not say whether it is whole')
  if (KeyCount !== undefined && KeyCount !== Contents.length + CommonPrefixes.length) {
    throw broken(`has other than the ${KeyCount} entries that it counts`)
  }
  if (IsTruncated && (!NextContinuationToken || NextContinuationToken === token)) {
    throw broken('breaks off')
  }
  const own = (text = ''): string => {
    const full = decoded(text)
    if (!full.startsWith(bucket.prefix + prefix))
      throw broken(`has what was not asked for: ${full}`)
    return full.slice(bucket.prefix.length)
  }
  return {
    objects: Contents.map(({ Key, Size = 0, LastModified, ETag = '' }) => ({
      key: own(Key),
      sizeBytes: Size,
      modifiedAtMs: wholeSeconds(LastModified),
      etag: ETag.replaceAll('"', ''),
    })),
    prefixes: CommonPrefixes.map((one) => own(one.Prefix)),
    next: IsTruncated ? (NextContinuationToken ?? null) : null,
  }
}

/** All pages of a list, one after the other. */
export async function* listPages(
  bucket: Bucket,
  request: Omit<PageRequest, 'token'>,
): AsyncGenerator<ObjectPage> {
  for (let token: string | undefined; ;) {
    const page = await listPage(bucket, { ...request, ...(token !== undefined && { token }) })
    yield page
    if (page.next === null) return
    token = page.next
  }
}
