/** Why a collection removes something; savings are counted by these. */
export const removalCauses = [
  'deleted image',
  'expired trash',
  'replaced tag',
  'untagged image',
  'orphaned layer',
  'abandoned upload',
] as const
export type RemovalCause = (typeof removalCauses)[number]
