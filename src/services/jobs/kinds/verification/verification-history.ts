import type { Jobs } from '#state/jobs.ts'
import { readJob } from '../../job-kind.ts'
import { verificationCodec, type VerificationView } from './verification-codec.ts'

/** The last verifications that have ended, newest first. */
export async function lastVerifications(
  jobs: Pick<Jobs, 'list'>,
  limit: number,
): Promise<readonly VerificationView['job'][]> {
  const query = { kinds: [verificationCodec.name], running: false, offset: 0, limit }
  const { jobs: ended } = await jobs.list(query)
  return ended.map((job) => readJob(verificationCodec, job))
}
