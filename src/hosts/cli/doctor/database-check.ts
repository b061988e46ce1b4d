import type { DatabaseReport } from '#adapters/postgres/inspect-database.ts'
import { stat } from 'node:fs/promises'
import { openFileStores } from '#adapters/filesystem/file-stores.ts'
import type { BucketConfiguration } from '#hosts/server/bucket-configuration.ts'
import { lookIntoBucket } from '#hosts/server/open-bucket.ts'
import { ownerMirrorOf } from '#hosts/server/storage-owner.ts'
import {
  compareClocks,
  reasonOf,
  right,
  warning,
  wrong,
  type Check,
  type Finding,
} from './check.ts'

/** Slower than that, and people notice: a page asks several times. */
const slowMs = 50

function describe(report: DatabaseReport): readonly Finding[] {
  const { connections, latencyMs } = report
  const free = connections.limit - connections.used
  const answers = `PostgreSQL ${Math.floor(report.version / 10_000)} answers in ${latencyMs.toFixed(1)} ms`
  return [
    latencyMs > slowMs
      ? warning(answers, 'put the database nearer: every call waits for it several times')
      : right(answers),
    free < connections.needed
      ? wrong(
          `${free} connections are left, and a server takes up to ${connections.needed}`,
          'raise max_connections of PostgreSQL, or stop other clients',
        )
      : right(`${free} connections are left`),
    report.isDurable
      ? right('what it has confirmed survives a loss of power')
      : wrong('a loss of power may damage it (fsync or full_page_writes is off)', 'turn both on'),
    report.pending === 0
      ? right('its tables are of this version')
      : right('its tables are made, or brought up to date, by the next start'),
    report.holder === null ? right('no server uses it') : right(`in use by ${report.holder}`),
    compareClocks('the database', report.clockMs, report.askedAtMs),
  ]
}

/** Null: there is no storage yet. */
async function mirrorIn(storageFolder: string, bucket: BucketConfiguration | null) {
  if (bucket) return ownerMirrorOf((await lookIntoBucket(bucket)).objects, bucket.name)
  if ((await stat(storageFolder).catch(() => null)) === null) return null
  const { objects } = await openFileStores({ root: storageFolder, mayWrite: null })
  return ownerMirrorOf(objects, storageFolder)
}

/** The state in PostgreSQL. */
export const databaseCheck: Check = {
  about: 'database',
  applies: ({ databaseURL }) => databaseURL !== null,
  async look({ databaseURL, storageFolder, bucket, isOneOfSeveral }) {
    const { inspectDatabase } = await import('#adapters/postgres/inspect-database.ts')
    try {
      const mirror = await mirrorIn(storageFolder, bucket)
      const report = await inspectDatabase(databaseURL ?? '', mirror, isOneOfSeveral)
      const stranger: readonly Finding[] =
        report.strangers === null
          ? [right('it belongs to this storage, or to none yet')]
          : [wrong(`it and this storage do not belong together: ${report.strangers}`, takeOver)]
      return [...describe(report), ...stranger]
    } catch (error) {
      return [wrong(reasonOf(error), 'as it says')]
    }
  },
}

const takeOver =
  'look whether JETSAM_DATABASE and JETSAM_STORAGE are meant; if they are, as after restoring backups, run "jetsam take-over"'
