import type { InUseGuard } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'

/** Leases one digest. False while its folder is being removed: then it counts as absent. */
export const leaseOne = async (
  guard: Pick<InUseGuard, 'lease'>,
  folder: string,
  digest: Digest,
): Promise<boolean> => (await guard.lease([digest], () => folder)).has(digest)
