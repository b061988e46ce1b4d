import type { Digest } from '#domain/values/digest.ts'

/**
 * Called just before the first step of a change, after everything that may take long: a body, a
 * wait for the push gate, a wait for a lock. If it rejects, the call ends with that error, and
 * nothing is changed. For a put manifest and a mounted blob it gets the digest.
 */
export type BeforeChange = (about?: { readonly digest: Digest }) => Promise<void>
