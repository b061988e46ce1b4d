import type { Tag } from '#contract/images/tags.ts'

/** Why a tag can't be deleted or moved; null if it can. */
export function protectedReason({ protectedBy }: Pick<Tag, 'protectedBy'>): string | null {
  if (protectedBy === null) return null
  const { scope, rule } = protectedBy
  const policy = scope === 'registry' ? 'of the registry' : `of ${scope}`
  return `Protected by the cleaning policy ${policy}: ${rule}`
}
