/** Why a store cannot be used as it should, and what a person can do. */
export class StoreTrouble extends Error {
  /** A clause, as "create it, or correct its name". */
  readonly advice: string
  /** The right that the key lacks, as a policy of the store names it; null: it is something else. */
  readonly missing: string | null

  constructor(
    reason: string,
    advice: string,
    { cause, missing = null }: { readonly cause?: unknown; readonly missing?: string | null } = {},
  ) {
    super(reason, { cause })
    this.name = 'StoreTrouble'
    this.advice = advice
    this.missing = missing
  }
}

/** @param action as a policy of the store names it: `s3:GetObject` */
export const noPermission = (action: string, cause?: unknown): StoreTrouble =>
  new StoreTrouble(
    `no permission for ${action}`,
    `allow ${action} for this key, in its policy or in that of the bucket`,
    { cause, missing: action },
  )

/** Of an error of this adapter, whatever it is. */
export function troubleOf(error: unknown): StoreTrouble {
  if (error instanceof StoreTrouble) return error
  const { cause } = error as { readonly cause?: unknown }
  if (cause instanceof StoreTrouble) return cause
  const known = cause instanceof Error ? cause : error
  const reason = known instanceof Error ? known.message : String(known)
  return new StoreTrouble(reason, 'look at the log of the store', { cause: error })
}
