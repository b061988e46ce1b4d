import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'
import { useSession } from '#web/api/session-context.ts'

export function UserButton(props: ComponentPropsWithRef<'button'>) {
  const { name } = useSession()
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-md"
      px="xs"
      rightSection={<IconChevronDown size={14} aria-hidden />}
      {...props}
      aria-label={`Account: ${name}`}
    >
      {name}
    </Button>
  )
}
