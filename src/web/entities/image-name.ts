import { isDigest, shortDigest } from '#domain/values/digest.ts'

/**
 * `team/app:1.2`; `team/app@sha256:c0483a867b…` for an image without a tag.
 *
 * @param reference a tag or a digest
 */
export const imageName = (repository: string, reference: string): string =>
  isDigest(reference) ? `${repository}@${shortDigest(reference)}` : `${repository}:${reference}`
