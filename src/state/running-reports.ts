/** What a cluster said that it runs, without what it said. */
export interface RunningReportHead {
  readonly cluster: string
  /** Each report has another one. */
  readonly id: string
  readonly reportedAtMs: number
  /** The name of an account. */
  readonly reportedBy: string | null
}

export interface StoredRunningReport extends RunningReportHead {
  /** One image a line, as it was sent. */
  readonly text: string
}

/** What clusters run: the last report of each. */
export interface RunningReports {
  /** By cluster, in order of code points. */
  list(): Promise<readonly RunningReportHead[]>
  find(cluster: string): Promise<StoredRunningReport | null>
  /** In place of the report before it. */
  put(report: StoredRunningReport): Promise<void>
  /** Resolves to false if there is none. */
  remove(cluster: string): Promise<boolean>
}
