import type { IsGivenUp } from '#domain/time/clock.ts'

/**
 * Runs the changes of a repository one after the other, in the order of the calls: a move of a tag
 * and its deletion never interleave. An act that throws releases the lock like one that succeeds,
 * and its caller gets the error.
 *
 * It promises no order between repositories, and no end of the wait for an act that never ends. It
 * is not reentrant: an act that locks its own repository again waits for ever. What a process held
 * when it died is free.
 *
 * Where a process died amid a change, the storage may still do what it was asked for. Until that
 * cannot happen any more, what it changed is closed. No act waits for that: it rejects at once, with
 * an `AgreementError` `LOCKED` that says what is closed, why, and until when.
 *
 * @param isGivenUp ends the wait for the lock: it rejects with `GivenUp`, and the act does not run.
 *   An act that has begun runs to its end
 */
export type RunLocked = <T>(
  repository: string,
  act: (lock: HeldLock) => Promise<T>,
  isGivenUp?: IsGivenUp,
) => Promise<T>

/** The lock of a repository, for its act. */
export interface HeldLock {
  /**
   * Changes tags and links of manifests, so that no earlier change of them can win afterwards.
   * Rejects before it sends anything if the lock was given to another process meanwhile.
   *
   * @param send makes the changes; it rejects if any of them may not have been made
   */
  changeTags<T>(changes: readonly TagChange[], send: () => Promise<T>): Promise<T>
  /**
   * Rejects as `changeTags` would while an earlier change of these has no answer. For an act that
   * writes down what it is about to do before it changes them.
   */
  expectSettled(tags: readonly TagChange['tag'][]): Promise<void>
  /**
   * Another process had this lock, and did not end what it did with it: it died, or called
   * `leaveUnfinished`.
   */
  readonly wasLeftUnfinished: boolean
  /** The next holder, which may be another process, has something to finish first. */
  leaveUnfinished(): void
}

export interface TagChange {
  /** The name of a tag; or the digest of a manifest, which the repository links or unlinks. */
  readonly tag: string
  /** The digest that the tag will point at; null if it goes. */
  readonly wanted: string | null
}
