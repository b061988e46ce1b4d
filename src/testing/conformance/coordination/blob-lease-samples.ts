import type { InUseGuard } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import { digestNamed } from '../../gc/model-registry.ts'

export const digests = [digestNamed('a'), digestNamed('b'), digestNamed('c')] as const

export const blobOf = (digest: Digest) => `blobs/${digest}`
export const linkOf = (digest: Digest) => `links/${digest}`

export const isThere = async (guard: InUseGuard, digest: Digest): Promise<boolean> =>
  (await guard.lease([digest], blobOf)).has(digest)
