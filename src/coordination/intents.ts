import type { Digest } from '#domain/values/digest.ts'

/**
 * What manifests need, said before it is looked for: no collection removes it while an intent lasts.
 * What a client was told of a manifest lasts longer than the server that told it.
 */
export interface Intents {
  /**
   * A manifest will be written that needs these digests, its own among them. Waits while any of them
   * is being removed. Await it before you look whether they are stored.
   */
  intend(reach: readonly Digest[]): Promise<Intent>
  /**
   * A client will be told that a manifest is there, which needs these digests. The intent counts as
   * confirmed. Await it before you look whether they are stored.
   */
  promise(reach: readonly Digest[]): Promise<Intent>
}

export interface Intent {
  /**
   * Await it after all is written that the manifest needs, and before a tag leads to it. False if
   * the intent does not count any more: begin again. A confirmed intent lasts until every listing
   * shows what was written.
   */
  confirm(): Promise<boolean>
  /** Nothing was written, and no client was told anything. */
  withdraw(): Promise<void>
}
