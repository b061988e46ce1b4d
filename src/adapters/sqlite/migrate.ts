import type { Kysely, Migration } from 'kysely'
import { bringUpToDate } from '#adapters/sql/bring-up-to-date.ts'
import { first } from './migrations/0001-first.ts'
import { activityIndexes } from './migrations/0002-activity-indexes.ts'
import { accessTokens } from './migrations/0003-access-tokens.ts'
import { pendingActs } from './migrations/0004-pending-acts.ts'
import { eventsAsData } from './migrations/0005-events-as-data.ts'
import { jobsOfKinds } from './migrations/0006-jobs-of-kinds.ts'
import { retentionPolicies } from './migrations/0007-retention-policies.ts'
import { pulls } from './migrations/0009-pulls.ts'
import { jobRuns } from './migrations/0010-job-runs.ts'
import { runningReports } from './migrations/0011-running-reports.ts'
import { previews } from './migrations/0013-previews.ts'
import type { Database } from '#adapters/sql/schema.ts'

/** By name, in order. Only add to it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-activity-indexes': activityIndexes,
  '0003-access-tokens': accessTokens,
  '0004-pending-acts': pendingActs,
  '0005-events-as-data': eventsAsData,
  '0006-jobs-of-kinds': jobsOfKinds,
  '0007-retention-policies': retentionPolicies,
  '0009-pulls': pulls,
  '0010-job-runs': jobRuns,
  '0011-running-reports': runningReports,
  '0013-previews': previews,
}

/** @param where the name of the database in an error */
export const migrate = (db: Kysely<Database>, where: string): Promise<void> =>
  bringUpToDate(db, { migrations, where })
