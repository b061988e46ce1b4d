import { Button } from '@mantine/core'
import { IconTagOff } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'

export function NoTags() {
  return (
    <EmptyState
      title="No tags here"
      icon={<IconTagOff size={28} stroke={1.5} />}
      actions={
        <Button component={Link} to={paths.trash} variant="default">
          Open the trash
        </Button>
      }
    >
      All images of this repository were deleted, or lost their tags. What was deleted here may
      still be in the trash.
    </EmptyState>
  )
}
