/** Pulls by one reference on one day, as they are counted before they are stored together. */
export interface PullCount {
  readonly repository: string
  /** A tag, or a digest. */
  readonly reference: string
  /** Since the epoch, in UTC. */
  readonly day: number
  readonly pulls: number
  readonly lastAtMs: number
  /** The account; null: without one. */
  readonly lastBy: string | null
}

export interface PullSummary {
  readonly reference: string
  readonly lastAtMs: number
  readonly lastBy: string | null
  /** How many, from the day that was asked for. */
  readonly pulls: number
}

/** Since when pulls are known, and which processes record them. */
export interface PullRecording {
  /** Every pull from then on is recorded, or is still to be by one of `openBy`. */
  readonly sinceMs: number
  /** Each adds its mark when it begins, and takes it away once it has stored everything. */
  readonly openBy: readonly string[]
}

/** Who pulls what. */
export interface Pulls {
  /** Null: pulls were never recorded. */
  recording(): Promise<PullRecording | null>
  setRecording(recording: PullRecording): Promise<void>
  /** Adds to what is stored, all or nothing; a last pull never becomes earlier. */
  add(pulls: readonly PullCount[]): Promise<void>
  /**
   * Of those of the references that were ever pulled, in no promised order. Null: of all of the
   * repository.
   */
  summaries(
    repository: string,
    references: readonly string[] | null,
    fromDay: number,
  ): Promise<readonly PullSummary[]>
  /**
   * The last pull of each reference of a repository, at most `limit` of those that follow `after`
   * (null: from the first), in an order of references that stays the same: for a repository with
   * very many, in pages.
   */
  lastPulls(
    repository: string,
    after: string | null,
    limit: number,
  ): Promise<readonly Pick<PullSummary, 'reference' | 'lastAtMs'>[]>
  /** The last pull by any of these references; null: none was recorded. */
  lastOf(repository: string, references: readonly string[]): Promise<number | null>
  /** Forgets counts of days before this one; the last pull of each reference stays. */
  forgetDaysBefore(day: number): Promise<void>
}
