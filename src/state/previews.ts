/** A preview of cleaning as it was shown, for whichever server is asked for more of it. */
export interface StoredPreview {
  readonly id: string
  readonly madeAtMs: number
  /** The name of an account; null: a run that waits for approval. */
  readonly madeBy: string | null
  readonly isApproved: boolean
  /** Its content as texts, each small enough to be written and read at once. */
  readonly parts: readonly string[]
}

export interface Previews {
  /** Adds a preview with an id that none has. */
  save(preview: StoredPreview): Promise<void>
  find(id: string): Promise<StoredPreview | null>
  /** Null: there is none with this id. */
  isApproved(id: string): Promise<boolean | null>
  /** Does nothing if there is none with this id. */
  approve(id: string): Promise<void>
  /** Removes all but the newest by `madeAtMs`: previews are soon out of date. */
  keepNewest(count: number): Promise<void>
}
