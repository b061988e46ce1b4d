import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'

export function NotFoundPage() {
  return (
    <>
      <PageTitle title="Page not found" />
      <EmptyState
        isFramed
        title="There is nothing at this address"
        icon={<IconMapQuestion size={28} stroke={1.5} />}
        actions={
          <Button component={Link} to={paths.repositories} variant="default">
            Go to the repositories
          </Button>
        }
      >
        Check it for a typing mistake, or start from the repositories.
      </EmptyState>
    </>
  )
}
