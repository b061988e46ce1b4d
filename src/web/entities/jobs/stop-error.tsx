import { Text } from '@mantine/core'
import { messageOf } from '#web/api/api-error.ts'

/** Why Stop failed, beside the button. */
export function StopError({ error }: { readonly error: Error | null }) {
  return error === null ? null : (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      Not stopped: {messageOf(error)}
    </Text>
  )
}
