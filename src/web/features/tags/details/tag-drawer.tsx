import type { TagDetails } from '#contract/images/tags.ts'
import { isDigest } from '#domain/values/digest.ts'
import { Alert, Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { use, useEffect, useRef } from 'react'
import { isApiError } from '#web/api/api-error.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { countOf } from '#web/components/text/count-of.ts'
import { flawAdvice } from '#web/entities/flaw-advice.ts'
import { shortDigestsIn } from '#web/entities/short-digests-in.ts'
import { imageName } from '#web/entities/image-name.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { useFocusFallback } from '#web/components/layout/use-focus-fallback.ts'
import { DeletionContext } from '../deletion/ask-to-delete-context.ts'
import { protectedReason } from '../protection-label.ts'
import { tagDetailsQuery } from '../queries.ts'
import { ImageConfiguration } from './image-configuration.tsx'
import { ImageFacts } from './image-facts.tsx'
import { LayerList } from './layer-list.tsx'
import { PullCommand } from './pull-command.tsx'
import { TagHistory } from './tag-history.tsx'
import classes from './tag-drawer.module.css'

interface TagDrawerProps {
  readonly repository: string
  /** A tag, or the digest of an image without one; null: closed. */
  readonly tag: string | null
  readonly onClose: () => void
}

/** All details of a tag, beside the list from which it was opened. */
export function TagDrawer({ tag, onClose, repository }: TagDrawerProps) {
  return (
    <SideDrawer
      subject={tag}
      title={(shown) => imageName(repository, shown)}
      closeLabel="Close details"
      size="min(38rem, 100vw)"
      onClose={onClose}
    >
      {(shown) => <DrawerContents key={shown} repository={repository} tag={shown} />}
    </SideDrawer>
  )
}

interface ContentsProps {
  readonly repository: string
  readonly tag: string
}

function DrawerContents({ repository, tag }: ContentsProps) {
  const details = useQuery(tagDetailsQuery(repository, tag))
  useFocusFallback()
  if (details.data) {
    return <Details repository={repository} details={details.data} />
  }
  if (isApiError(details.error, 'NO_SUCH_TAG') || isApiError(details.error, 'NO_SUCH_REF')) {
    return (
      <EmptyState title={isDigest(tag) ? 'There is no such image' : `There is no tag ${tag}`}>
        It was deleted, or renamed, since this address was copied.
      </EmptyState>
    )
  }
  if (details.error) {
    return (
      <ErrorState
        title="Couldn’t load the details"
        error={details.error}
        onRetry={() => void details.refetch()}
        isRetrying={details.isFetching}
      />
    )
  }
  return <ListSkeleton rows={6} />
}

interface DetailsProps {
  readonly repository: string
  readonly details: TagDetails
}

function Details({ repository, details }: DetailsProps) {
  const { noDeleteReason: noWriteReason, askToDelete } = use(DeletionContext)
  const { name, digest } = details
  const noDeleteReason = noWriteReason ?? protectedReason(details)
  const top = useRef<HTMLDivElement>(null)
  // On a change from one image's details to another's, the pressed link is gone.
  useEffect(() => {
    if (document.activeElement === document.body) top.current?.focus()
  }, [])
  return (
    <div className={classes.sections} ref={top} tabIndex={-1}>
      {details.broken && (
        <Alert color="red" title="This image is not whole" className={classes.flaw}>
          {shortDigestsIn(details.broken)}
          <div>{flawAdvice('this image', [details.broken])}</div>
        </Alert>
      )}
      {details.broken === null && details.absentPlatforms > 0 && (
        <Alert color="gray" title="Some platforms are not here" className={classes.flaw}>
          This index lists {countOf(details.absentPlatforms, 'platform')} that this repository does
          not have, as the settings accept. Pulls of the others work.
        </Alert>
      )}
      <PullCommand repository={repository} details={details} />
      <ImageFacts details={details} />
      <LayerList details={details} />
      <ImageConfiguration parts={details.parts} />
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
              if (noDeleteReason === null) askToDelete([{ name, digest }])
            }}
          >
            {isDigest(name) ? 'Delete this image…' : 'Delete this tag…'}
          </Button>
        </Hint>
      </div>
    </div>
  )
}
