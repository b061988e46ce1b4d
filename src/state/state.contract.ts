import { describe } from 'vitest'
import { accessTokensContract } from './access-tokens.contract.ts'
import { accountsContract } from './accounts.contract.ts'
import { activityContract } from './activity.contract.ts'
import type { OpenState } from './state-samples.contract.ts'
import { jobsContract } from './jobs.contract.ts'
import { pendingActsContract } from './pending-acts.contract.ts'
import { plansContract } from './plans.contract.ts'
import { pushesContract } from './pushes.contract.ts'
import { sessionsContract } from './sessions.contract.ts'
import { settingsContract } from './settings.contract.ts'
import { transactionsContract } from './transactions.contract.ts'

/** What every state keeps to. `open` gives an empty one for each test, and sees to its end. */
export const stateContract = (name: string, open: OpenState) =>
  describe(`${name} keeps`, () => {
    accountsContract(open)
    sessionsContract(open)
    accessTokensContract(open)
    settingsContract(open)
    jobsContract(open)
    plansContract(open)
    activityContract(open)
    pushesContract(open)
    pendingActsContract(open)
    transactionsContract(open)
  })
