import type { AccessTokens } from './access-tokens.ts'
import type { Accounts } from './accounts.ts'
import type { Activity } from './activity.ts'
import type { Jobs, Plans } from './jobs.ts'
import type { PendingActs } from './pending-acts.ts'
import type { Pushes } from './pushes.ts'
import type { Sessions } from './sessions.ts'
import type { Settings } from './settings.ts'

/** What a state keeps, by kind. */
export interface StateParts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly accessTokens: AccessTokens
  readonly settings: Settings
  readonly jobs: Jobs
  readonly plans: Plans
  readonly activity: Activity
  readonly pushes: Pushes
  readonly pendingActs: PendingActs
}

/** Everything that is remembered besides images. A write that has resolved is durable. */
export interface State extends StateParts {
  /**
   * Writes together, all or nothing. `act` uses the parts that it is given, and waits for nothing else:
   * others wait for it meanwhile.
   */
  transaction<T>(act: (parts: StateParts) => Promise<T>): Promise<T>
  close(): Promise<void>
}
