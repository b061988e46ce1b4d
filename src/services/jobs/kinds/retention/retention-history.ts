import type { Jobs } from '#state/jobs.ts'
import { readJob } from '../../job-kind.ts'
import { retentionCodec, type RetentionJob } from './retention-codec.ts'

/** The last run that has ended; null: there was none. */
export async function lastRetention(jobs: Pick<Jobs, 'list'>): Promise<RetentionJob | null> {
  const query = { kinds: [retentionCodec.name], running: false, offset: 0, limit: 1 }
  const [last] = (await jobs.list(query)).jobs
  return last ? readJob(retentionCodec, last) : null
}
