import type { Repository } from '#contract/repositories.ts'
import type { Tag } from '#contract/tags.ts'
import { allows } from '#domain/access-level.ts'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useReducer, useState } from 'react'
import { messageOf } from '../../http/api-error.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import listClasses from '../../ui/list-page.module.css'
import { ListSkeleton } from '../../ui/list-skeleton.tsx'
import { NoMatch } from '../../ui/no-match.tsx'
import { formatSort } from '../../ui/sort.ts'
import { showErrorToast } from '../../ui/toast.tsx'
import { useUrlState } from '../../ui/use-url-state.ts'
import { DeletionDialog } from './deletion/deletion-dialog.tsx'
import type { DeletionOutcome } from './deletion/run-deletion.ts'
import { NoTags } from './no-tags.tsx'
import { matchingTagsQuery, tagsQuery } from './queries.ts'
import { SelectionBar } from './selection-bar.tsx'
import { matchingOffer, settledSelection } from './selection-offers.ts'
import { nothingSelected, selectionLimit, selectionReducer, type SelectedTag } from './selection.ts'
import { TagsTable } from './tags-table.tsx'
import { TagsToolbar } from './tags-toolbar.tsx'
import { readView } from './tags-view.ts'

const TagDrawer = lazy(async () => ({
  default: (await import('./details/tag-drawer.tsx')).TagDrawer,
}))

interface TagListProps {
  readonly name: string
  /** Not there while it is on the way. */
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
  const [targets, setTargets] = useState<readonly SelectedTag[] | null>(null)

  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  const noDeleteReason =
    repository && !allows(repository.accessLevel, 'read-write')
      ? `You can only read ${name}. Ask an administrator for write access.`
      : null

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

  const finish = (outcomes: readonly DeletionOutcome[]) => {
    const settled = settledSelection(outcomes)
    select({ type: 'settle', ...settled })
    if (view.openTag !== null && settled.gone.includes(view.openTag)) updateUrl({ tag: null })
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
      <Suspense fallback={null}>
        {view.openTag !== null && (
          <TagDrawer
            repository={name}
            tag={view.openTag}
            onClose={() => updateUrl({ tag: null })}
            onDelete={askToDelete}
            noDeleteReason={noDeleteReason}
          />
        )}
      </Suspense>
      {targets && (
        <DeletionDialog
          repository={name}
          targets={targets}
          onClose={() => setTargets(null)}
          onFinished={finish}
        />
      )}
    </>
  )
}
