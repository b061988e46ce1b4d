import type { Repository } from '#contract/repositories.ts'
import type { Tag } from '#contract/tags.ts'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useReducer, useState } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { formatSort } from '#web/components/table/sort.ts'
import { showErrorToast } from '#web/components/feedback/toast.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import type { DeletionOutcome } from '../deletion/run-deletion.ts'
import { noDeleteReasonOf } from '../access-labels.ts'
import { ImageDialogs } from '../image-dialogs.tsx'
import { tagsQuery } from './list-queries.ts'
import { NoTags } from './no-tags.tsx'
import { matchingTagsQuery } from '../queries.ts'
import { SelectionBar } from './selection-bar.tsx'
import { matchingOffer, settledSelection } from './selection-offers.ts'
import {
  nothingSelected,
  selectionLimit,
  selectionReducer,
  type DeletionTarget,
} from './selection.ts'
import { TagsTable } from './tags-table.tsx'
import { TagsToolbar } from './tags-toolbar.tsx'
import { readView } from './tags-view.ts'

interface TagListProps {
  readonly name: string
  /** Undefined while it loads. */
  readonly repository: Repository | undefined
}

export function TagList({ name, repository }: TagListProps) {
  const client = useQueryClient()
  const [parameters, updateUrl] = useUrlState()
  const view = useMemo(() => readView(parameters), [parameters])
  const list = useInfiniteQuery(tagsQuery(name, view))
  const tags = useMemo(() => list.data?.pages.flatMap((page) => page.data.tags) ?? [], [list.data])
  const matchingCount = list.data?.pages[0]?.resourceCount ?? null

  const [selection, select] = useReducer(selectionReducer, nothingSelected)
  const [targets, setTargets] = useState<readonly DeletionTarget[] | null>(null)

  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  const noDeleteReason = noDeleteReasonOf(repository)

  const selectMatching = async () => {
    try {
      const matching = await client.fetchQuery(matchingTagsQuery(name, view, selectionLimit))
      select({ type: 'add', tags: matching.tags })
    } catch (error) {
      showErrorToast(messageOf(error))
    }
  }
  const offer = matchingOffer({
    selectedCount: selection.tags.size,
    shownCount: tags.length,
    matchingCount,
  })

  const finish = (gone: ReadonlySet<string>, outcomes: readonly DeletionOutcome[]) => {
    select({ type: 'settle', ...settledSelection(outcomes) })
    if (view.openTag !== null && gone.has(view.openTag)) updateUrl({ tag: null })
  }
  const askToDelete = useCallback(
    ({ name: tag, digest }: Tag) => setTargets([{ name: tag, digest }]),
    [],
  )
  const openDetails = useCallback(
    (tag: string) => updateUrl({ tag }, { isStep: true }),
    [updateUrl],
  )

  if (list.data === undefined && list.error) {
    return (
      <ErrorState
        title="The tags could not be loaded"
        error={list.error}
        onRetry={() => void list.refetch()}
        isRetrying={list.isFetching}
      />
    )
  }
  const isFiltered = view.filter !== ''
  return (
    <>
      <TagsToolbar
        filter={view.filter}
        onFilter={(filter) => updateUrl({ filter })}
        matchingCount={matchingCount}
        allCount={repository?.tagCount ?? null}
        sort={view.sort}
        onSort={(sort) => updateUrl({ sort: formatSort(sort) })}
        selectMatching={
          offer === null ? null : { label: offer, onSelect: () => void selectMatching() }
        }
      />
      {list.data === undefined ? (
        <div className={listClasses.surface}>
          <ListSkeleton />
        </div>
      ) : tags.length === 0 && !hasNextPage ? (
        <div className={listClasses.surface}>
          {isFiltered ? (
            <NoMatch what="tag" onClear={() => updateUrl({ filter: null })} />
          ) : (
            <NoTags />
          )}
        </div>
      ) : (
        <TagsTable
          repository={name}
          tags={tags}
          totalCount={matchingCount ?? tags.length}
          sort={view.sort}
          onSort={(sort) => updateUrl({ sort: formatSort(sort) })}
          selection={selection}
          onSelect={select}
          openTag={view.openTag}
          onOpen={openDetails}
          onDelete={askToDelete}
          noDeleteReason={noDeleteReason}
          onEndReached={loadMore}
        />
      )}
      {isFetchNextPageError && (
        <ErrorState
          title="The next tags could not be loaded"
          error={list.error}
          onRetry={() => void fetchNextPage()}
          isRetrying={isFetchingNextPage}
        />
      )}
      {selection.tags.size > 0 && (
        <SelectionBar
          repository={name}
          selection={selection}
          onClear={() => select({ type: 'clear' })}
          onDelete={() => setTargets([...selection.tags.values()])}
        />
      )}
      <ImageDialogs
        repository={name}
        isReady={list.data !== undefined}
        openTag={view.openTag}
        onClose={() => updateUrl({ tag: null })}
        onOpen={(tag) => updateUrl({ tag })}
        targets={targets}
        onTargets={setTargets}
        onGone={finish}
        noDeleteReason={noDeleteReason}
      />
    </>
  )
}
