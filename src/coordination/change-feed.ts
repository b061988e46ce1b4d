/** Something that a server tells the others. */
export interface Change {
  /** Without gaps, in the order in which the changes were committed. */
  readonly number: number
  readonly topic: string
  readonly body: string
}

/** What servers that share a storage tell each other. */
export interface ChangeFeed {
  publish(topic: string, body: string): Promise<void>
  /**
   * What has been published since a number, a page of it. Null if some of that is no longer kept:
   * then anything may have changed.
   */
  since(number: number): Promise<readonly Change[] | null>
  newest(): Promise<number>
  forget(olderThanMs: number): Promise<void>
}
