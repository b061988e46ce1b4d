import { Button } from '@mantine/core'
import { IconPackageOff } from '@tabler/icons-react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'

/** Shown both for a missing repository and for one that the person may not see. */
export function NoRepository({ name }: { name: string }) {
  return (
    <>
      <PageTitle title={name} />
      <EmptyState
        isFramed
        title={`There is no repository ${name}`}
        icon={<IconPackageOff size={28} stroke={1.5} />}
        actions={
          <Button component={Link} to={paths.repositories} variant="default">
            Go to the repositories
          </Button>
        }
      >
        Or none that you may see. It may be misspelled, or its last image was deleted and collected.
      </EmptyState>
    </>
  )
}
