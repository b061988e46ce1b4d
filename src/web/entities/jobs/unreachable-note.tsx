import { Text } from '@mantine/core'
import { isUnreachable } from '#web/api/api-error.ts'

/** Beside a run under way whose state is asked for in vain. */
export const UnreachableNote = ({ error }: { readonly error: unknown }) =>
  isUnreachable(error) && (
    <Text size="sm" c="var(--jetsam-freed)">
      The server cannot be reached just now. The run goes on, and this page catches up.
    </Text>
  )
