import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { useSession } from '#web/api/session-context.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { runningJobQuery } from '../run-queries.ts'
import { useVerificationEnd } from './use-verification-end.ts'
import { startVerification, stopVerification, verificationQuery } from './verification-calls.ts'
import { VerificationHistory } from './verification-history.tsx'
import { VerificationState } from './verification-state.tsx'

/** Verifies every tag on request, also without a collection. */
export function VerificationPanel() {
  const { isAdmin } = useSession()
  return (
    <section aria-label="Verification">
      {isAdmin ? (
        <OnDemand />
      ) : (
        <Text c="dimmed">Only administrators can verify: it names every repository.</Text>
      )}
    </section>
  )
}

function OnDemand() {
  const client = useQueryClient()
  const [isFull, setFull] = useState(false)
  const last = useQuery(verificationQuery)
  const { data: running } = useQuery(runningJobQuery)
  useVerificationEnd(last.data)
  const start = useMutation(startVerification(client))
  const stop = useMutation(stopVerification(client))
  const isCollecting = !!running && !running.dryRun
  const isVerifying = last.data?.finishedAt === null
  const error = start.error ?? stop.error
  return (
    <Stack gap="md">
      <Text c="dimmed">
        {isCollecting
          ? 'The collection that is running verifies every tag when it has finished.'
          : 'Looks whether every manifest and layer that a tag needs is there and as long as it should be. Each collection does this at its end.'}
      </Text>
      <Checkbox
        label="Read every byte"
        description="Also finds layers whose bytes have changed. Takes as long as reading all images."
        checked={isFull}
        onChange={(event) => setFull(event.currentTarget.checked)}
        disabled={isVerifying}
      />
      <Group gap="xs">
        {isVerifying ? (
          <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            Stop verifying
          </Button>
        ) : (
          <Button
            variant="default"
            disabled={isCollecting}
            loading={start.isPending}
            onClick={() => start.mutate(isFull)}
          >
            Verify now
          </Button>
        )}
      </Group>
      {error && (
        <Alert color="red" role="alert" title={start.error ? 'Not started' : 'Not stopped'}>
          {messageOf(error)}
        </Alert>
      )}
      {last.data !== undefined ? (
        <>
          <VerificationState verification={last.data} />
          {last.data && (
            <VerificationHistory last={`${last.data.startedAt} ${last.data.finishedAt}`} />
          )}
        </>
      ) : last.error ? (
        <ErrorState
          title="Couldn’t load the last verification"
          error={last.error}
          isRetrying={last.isFetching}
          onRetry={() => void last.refetch()}
        />
      ) : (
        <ListSkeleton rows={2} />
      )}
    </Stack>
  )
}
