import { useParams } from 'react-router'
import { RunPage } from './run/run-page.tsx'
import { VerificationPage } from './verification/verification-page.tsx'

/** The page of one job, in one chunk for all kinds: each chunk costs the first load of every page. */
export const JobPage = () =>
  useParams().verificationId === undefined ? <RunPage /> : <VerificationPage />
