import type { RequestedVerification } from '#contract/jobs/verification.ts'
import { Progress, Stack, Text } from '@mantine/core'
import { countOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { VerificationFound } from './verification-found.tsx'

interface VerificationStateProps {
  /** Null: there was no request yet. */
  readonly verification: RequestedVerification | null
}

/** The progress of the requested verification, or its result. */
export function VerificationState({ verification }: VerificationStateProps) {
  return (
    <Stack gap="xs">
      <div role="status">
        <Outcome verification={verification} />
      </div>
      {/* Outside of the status: a screen reader would read these at each change. */}
      {verification && <Circumstances verification={verification} />}
    </Stack>
  )
}

function Outcome({ verification }: VerificationStateProps) {
  if (verification === null) {
    return <Text c="dimmed">Not verified yet.</Text>
  }
  const { full, finishedAt, result, error } = verification
  if (finishedAt === null)
    return <Text>{full ? 'Reading every byte' : 'Looking at every tag'}</Text>
  if (result) return <VerificationFound verification={result} />
  return <Text c="var(--mantine-color-error)">The tags could not be verified: {error}.</Text>
}

function Circumstances({ verification }: { readonly verification: RequestedVerification }) {
  const { full, actor, startedAt, finishedAt, progress, result } = verification
  const isUnderWay = finishedAt === null
  return (
    <>
      {isUnderWay && progress && (
        <>
          <Progress
            aria-label="How much is verified"
            value={(100 * progress.done) / Math.max(1, progress.total)}
          />
          <Text size="sm" c="dimmed">
            {progress.done} of {countOf(progress.total, 'blob')}
          </Text>
        </>
      )}
      <Text size="sm" c="dimmed">
        {result && (full ? 'Every byte was read. ' : 'Sizes were compared. ')}
        Asked for by {actor ?? 'the server'}, {isUnderWay ? 'started' : 'ended'}{' '}
        <RelativeTime at={finishedAt ?? startedAt} />.
      </Text>
    </>
  )
}
