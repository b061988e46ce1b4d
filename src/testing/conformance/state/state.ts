import { describe } from 'vitest'
import { accessTokensContract } from './access-tokens.ts'
import { accountsContract } from './accounts.ts'
import { activityContract } from './activity.ts'
import type { OpenState } from './state-samples.ts'
import { jobRunsContract } from './job-runs.ts'
import { jobsContract } from './jobs.ts'
import { pendingActsContract } from './pending-acts.ts'
import { plansContract } from './plans.ts'
import { previewsContract } from './previews.ts'
import { pushesContract } from './pushes.ts'
import { pullsContract } from './pulls.ts'
import { retentionPoliciesContract } from './retention-policies.ts'
import { runningReportsContract } from './running-reports.ts'
import { sessionsContract } from './sessions.ts'
import { settingsContract } from './settings.ts'
import { textsContract } from './texts.ts'
import { transactionsContract } from './transactions.ts'

/**
 * What every state must do. `open` returns an empty one for each test, and closes it at the end.
 */
export const stateContract = (name: string, open: OpenState) =>
  describe(`${name} stores`, () => {
    accountsContract(open)
    sessionsContract(open)
    accessTokensContract(open)
    settingsContract(open)
    jobsContract(open)
    jobRunsContract(open)
    plansContract(open)
    activityContract(open)
    pushesContract(open)
    pendingActsContract(open)
    pullsContract(open)
    retentionPoliciesContract(open)
    runningReportsContract(open)
    previewsContract(open)
    textsContract(open)
    transactionsContract(open)
  })
