import { asSentence } from '#web/api/api-error.ts'

const storageWords: readonly (readonly [code: string, words: string])[] = [
  ['denied', 'the server may not read it'],
  ['full', 'the disk is full'],
  ['not found', 'it is gone'],
]

/**
 * What the server says failed, without the paths of its storage: these are one click away.
 * `reading the blobs: storage: failed: docker/registry/v2/…` is `Reading the blobs: the storage
 * failed.`
 */
export function plainReason(reason: string): string {
  const plain = reason.replaceAll(
    /storage: ([a-z ]+): \S*[^\s.;,)]/g,
    (_, code: string) =>
      storageWords.find(([known]) => known === code)?.[1] ?? 'the storage failed',
  )
  return asSentence(plain)
}

/** Whether the plain words leave something out. */
export const hasDetail = (reason: string): boolean => plainReason(reason) !== asSentence(reason)
