import { Alert, Anchor, Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import { runQuery, settingsQuery } from '../queries.ts'
import { BrakeList } from './brake-list.tsx'
import { startedBy } from './run-words.ts'

interface WaitingAlertProps {
  /** Shows the preview of what waits; without its id it has to be made again. */
  readonly onLook: (previewId: string | null) => void
}

/** What the last run left for approval: how much, why, and who asked for that run. */
export function WaitingAlert({ onLook }: WaitingAlertProps) {
  const waiting = useQuery(settingsQuery).data?.waiting ?? null
  const { data: run } = useQuery({
    ...runQuery(waiting?.jobID ?? ''),
    enabled: waiting !== null,
  })
  if (waiting === null) return null
  const { count, brakes, since, previewID, jobID } = waiting
  return (
    <Alert
      color="ember"
      role="status"
      title={`${countOf(count, 'tag or untagged image waits', 'tags and untagged images wait')} for your approval`}
    >
      <Anchor component={Link} to={paths.cleaningRun(jobID)} inherit underline="always">
        A run
      </Anchor>{' '}
      {run && `started by ${startedBy(run)} `}left {count === 1 ? 'it' : 'them'}{' '}
      <RelativeTime at={since} />:
      <BrakeList brakes={brakes} />
      <Group gap="xs" mt="sm">
        <Button size="xs" onClick={() => onLook(previewID)}>
          Look at what would go
        </Button>
      </Group>
    </Alert>
  )
}
