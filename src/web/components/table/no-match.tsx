import { Button } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { EmptyState } from '../feedback/empty-state.tsx'

/** What a list shows when nothing matches its filter. */
export function NoMatch({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <EmptyState
      title={`No ${what} matches the filter`}
      icon={<IconFilterOff size={28} stroke={1.5} />}
      actions={
        <Button variant="default" onClick={onClear}>
          Clear filter
        </Button>
      }
    />
  )
}
