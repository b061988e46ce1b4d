import type { Tag, TagDetails } from '#contract/tags.ts'
import { Alert, Button, Drawer } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { isApiError } from '../../../http/api-error.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Hint } from '../../../ui/hint.tsx'
import { ListSkeleton } from '../../../ui/list-skeleton.tsx'
import { tagDetailsQuery } from '../queries.ts'
import { ImageFacts } from './image-facts.tsx'
import { LayerList } from './layer-list.tsx'
import { PullCommand } from './pull-command.tsx'
import { TagHistory } from './tag-history.tsx'
import classes from './tag-drawer.module.css'

interface TagDrawerProps {
  readonly repository: string
  readonly tag: string
  readonly onClose: () => void
  readonly onDelete: (tag: Tag) => void
  readonly noDeleteReason: string | null
}

/** All there is to know about a tag, beside the list that it was opened from. */
export function TagDrawer({ repository, tag, onClose, onDelete, noDeleteReason }: TagDrawerProps) {
  const details = useQuery(tagDetailsQuery(repository, tag))
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(36rem, 100vw)"
      title={`${repository}:${tag}`}
      closeButtonProps={{ 'aria-label': 'Close details' }}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      {details.data ? (
        <Details
          repository={repository}
          details={details.data}
          onDelete={onDelete}
          noDeleteReason={noDeleteReason}
        />
      ) : isApiError(details.error, 'NO_SUCH_TAG') ? (
        <EmptyState title={`There is no tag ${tag}`}>
          It was deleted, or renamed, since this address was copied.
        </EmptyState>
      ) : details.error ? (
        <ErrorState
          title="The details could not be loaded"
          error={details.error}
          onRetry={() => void details.refetch()}
          isRetrying={details.isFetching}
        />
      ) : (
        <ListSkeleton rows={6} />
      )}
    </Drawer>
  )
}

interface DetailsProps {
  readonly repository: string
  readonly details: TagDetails
  readonly onDelete: (tag: Tag) => void
  readonly noDeleteReason: string | null
}

function Details({ repository, details, onDelete, noDeleteReason }: DetailsProps) {
  return (
    <div className={classes.sections}>
      {details.broken && (
        <Alert color="red" title="This image is not whole">
          {details.broken}
        </Alert>
      )}
      <PullCommand repository={repository} details={details} />
      <ImageFacts details={details} />
      <LayerList layers={details.layers} />
      <TagHistory history={details.history} />
      <div>
        <Hint label={noDeleteReason}>
          <Button
            variant="light"
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            data-disabled={noDeleteReason !== null || undefined}
            aria-disabled={noDeleteReason !== null}
            aria-description={noDeleteReason ?? undefined}
            onClick={() => {
              if (noDeleteReason === null) onDelete(details)
            }}
          >
            Delete this tag…
          </Button>
        </Hint>
      </div>
    </div>
  )
}
