import type { AccessTokens } from './access-tokens.ts'
import type { Accounts } from './accounts.ts'
import type { Activity } from './activity.ts'
import type { JobRuns } from './job-runs.ts'
import type { Jobs, Plans } from './jobs.ts'
import type { PendingActs } from './pending-acts.ts'
import type { Previews } from './previews.ts'
import type { Pulls } from './pulls.ts'
import type { Pushes } from './pushes.ts'
import type { RetentionPolicies } from './retention-policies.ts'
import type { RunningReports } from './running-reports.ts'
import type { Sessions } from './sessions.ts'
import type { Settings } from './settings.ts'

/** The parts of a state, by kind. */
export interface StateParts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly accessTokens: AccessTokens
  readonly settings: Settings
  readonly jobs: Jobs
  readonly jobRuns: JobRuns
  readonly plans: Plans
  readonly activity: Activity
  readonly pushes: Pushes
  readonly pulls: Pulls
  readonly pendingActs: PendingActs
  readonly retentionPolicies: RetentionPolicies
  readonly runningReports: RunningReports
  readonly previews: Previews
}

/** Everything that is stored besides images. A write that has resolved is durable. */
export interface State extends StateParts {
  /**
   * Writes together, all or nothing. `act` must use the parts that it is given, and wait for
   * nothing else, because other calls wait for it.
   */
  transaction<T>(act: (parts: StateParts) => Promise<T>): Promise<T>
  close(): Promise<void>
}
