import { Alert, Button, Group } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import {
  missingCode,
  missingPartWords,
  useMissingReason,
} from '#web/components/layout/missing-code.ts'
import classes from './shell.module.css'

/** Says that a part of the page could not be loaded, and why. */
export function MissingCodeNotice() {
  const isMissing = useSyncExternalStore(missingCode.subscribe, missingCode.isMissing)
  const reason = useMissingReason(isMissing)
  if (reason === null) return null
  return (
    <Alert
      className={classes.notice}
      color="ember"
      radius={0}
      role="status"
      icon={<IconRefresh aria-hidden />}
    >
      <Group justify="space-between" gap="xs">
        {missingPartWords[reason]}
        <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </Group>
    </Alert>
  )
}
