import type { Digest } from '#domain/values/digest.ts'

/**
 * Asked just before the first step of a change, when all that may take long is over: a body, a wait for
 * the push gate, for a lock. What it rejects with ends the call, and nothing is changed.
 * It is told which manifest is put, where one is.
 */
export type BeforeChange = (about?: { readonly digest: Digest }) => Promise<void>
