import { asSentence } from '#web/api/api-error.ts'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'

const storageWords: readonly (readonly [code: string, words: string])[] = [
  ['denied', 'the server may not read it'],
  ['full', 'the disk is full'],
  ['not found', 'it is gone'],
]

const imageDigest =
  /\b(?:the )?manifest sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}) of (?<repository>[^\s,;:]+)/g

/**
 * What the server says failed, without the paths of its storage and with images by their
 * repository: the rest is one click away.
 * `reading the blobs: storage: failed: docker/registry/v2/…` is `Reading the blobs: the storage
 * failed.`
 */
export function plainReason(reason: string): string {
  const plain = reason.replaceAll(
    /storage: ([a-z ]+): \S*[^\s.;,)]/g,
    (_, code: string) =>
      storageWords.find(([known]) => known === code)?.[1] ?? 'the storage failed',
  )
  const named = plain
    .replaceAll(imageDigest, 'an image of $<repository>')
    // A sentence begins with no digest.
    .replace(/^(?=sha\d+:)/, 'the part ')
  return asSentence(shortDigestsIn(named))
}

/** Whether the plain words leave something out. */
export const hasDetail = (reason: string): boolean => plainReason(reason) !== asSentence(reason)
