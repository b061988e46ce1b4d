import type { PolicyConflict } from '#contract/rules/retention.ts'
import { Alert, Button, Group, Text } from '@mantine/core'
import { RelativeTime } from '#web/components/text/relative-time.tsx'
import classes from './policy-conflict.module.css'
import { PolicySource } from './policy-source.tsx'

interface PolicyConflictProps {
  readonly current: PolicyConflict['current']
  readonly yours: string
  /** Goes on with what is saved, and gives up the draft. */
  readonly onTakeTheirs: () => void
  /** Goes on with the draft, whose next save replaces what is saved. */
  readonly onKeepYours: () => void
}

/** Another person saved first: both versions, and the choice. Nothing is lost until it is made. */
export function PolicyConflictAlert({
  current,
  yours,
  onTakeTheirs,
  onKeepYours,
}: PolicyConflictProps) {
  return (
    <Alert
      color="ember"
      role="alert"
      title="Not saved: this policy was changed after you opened it"
    >
      <Text size="sm">
        {current === null ? (
          'It was removed. Yours is still here.'
        ) : (
          <>
            {current.savedBy ?? 'Another account'} saved version {current.version}{' '}
            <RelativeTime at={current.savedAt} />. Yours is still here.
          </>
        )}
      </Text>
      <div className={classes.both}>
        <Version title="Saved now" text={current?.text ?? 'no policy'} />
        <Version title="Yours, not saved" text={yours} />
      </div>
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" onClick={onTakeTheirs}>
          {current === null ? 'Go on without a policy' : 'Go on with theirs'}
        </Button>
        <Button size="xs" variant="default" onClick={onKeepYours}>
          Keep mine, to save over it
        </Button>
      </Group>
    </Alert>
  )
}

const Version = ({ title, text }: { readonly title: string; readonly text: string }) => (
  <figure className={classes.version}>
    <figcaption>{title}</figcaption>
    <PolicySource label={title}>{text}</PolicySource>
  </figure>
)
