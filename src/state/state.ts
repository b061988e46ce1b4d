import type { AccessTokens } from './access-tokens.ts'
import type { Accounts } from './accounts.ts'
import type { Activity } from './activity.ts'
import type { Jobs, Plans } from './jobs.ts'
import type { Pushes } from './pushes.ts'
import type { Sessions } from './sessions.ts'
import type { Settings } from './settings.ts'

/** Everything that is remembered besides images. A write that has resolved is durable. */
export interface State {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly accessTokens: AccessTokens
  readonly settings: Settings
  readonly jobs: Jobs
  readonly plans: Plans
  readonly activity: Activity
  readonly pushes: Pushes
  close(): Promise<void>
}
