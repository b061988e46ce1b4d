import type { Kysely } from 'kysely'
import type { StateParts } from '#state/state.ts'
import { createSqlAccessTokens } from './access-tokens.ts'
import { createSqlAccounts } from './accounts.ts'
import { createSqlActivity } from './activity.ts'
import { createSqlJobRuns } from './job-runs.ts'
import { createSqlJobs } from './jobs.ts'
import { createSqlPendingActs } from './pending-acts.ts'
import { createSqlPlans } from './plans.ts'
import { createSqlPreviews } from './previews.ts'
import { createSqlPulls } from './pulls.ts'
import { createSqlPushes } from './pushes.ts'
import { createSqlRetentionPolicies } from './retention-policies.ts'
import { createSqlRunningReports } from './running-reports.ts'
import type { Database } from './schema.ts'
import { createSqlSessions } from './sessions.ts'
import { createSqlSettings } from './settings.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** The parts of a state in a database, or within one transaction of it. */
export const createSqlParts = (db: Kysely<Database>, dialect: SqlDialect): StateParts => ({
  accounts: createSqlAccounts(db),
  sessions: createSqlSessions(db, dialect),
  accessTokens: createSqlAccessTokens(db, dialect),
  settings: createSqlSettings(db),
  jobs: createSqlJobs(db, dialect),
  jobRuns: createSqlJobRuns(db, dialect),
  plans: createSqlPlans(db),
  activity: createSqlActivity(db, dialect),
  pushes: createSqlPushes(db),
  pulls: createSqlPulls(db),
  pendingActs: createSqlPendingActs(db, dialect),
  retentionPolicies: createSqlRetentionPolicies(db),
  runningReports: createSqlRunningReports(db),
  previews: createSqlPreviews(db),
})
