/** A job that one of several servers runs. */
export interface StoredRun {
  readonly jobID: string
  /** Counted up for as long as its server lives. */
  readonly beats: number
  /** A person asked it to stop. */
  readonly isStopping: boolean
}

/**
 * The jobs that run now on servers that share a state: what tells a job that another server runs
 * from one that a crash has left. A state of one server has none.
 */
export interface JobRuns {
  /** Of a job that is stored. */
  begin(jobID: string): Promise<void>
  all(): Promise<readonly StoredRun[]>
  /** Counts up. Resolves to the run after that; null: it has ended, also by another server. */
  beat(jobID: string): Promise<StoredRun | null>
  /** True for the first who asks; null: there is no such run. */
  stop(jobID: string): Promise<boolean | null>
  /**
   * False if there is no such run, or it has counted on.
   *
   * @param beats default: any
   */
  end(jobID: string, beats?: number): Promise<boolean>
}
