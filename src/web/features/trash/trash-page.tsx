import type { TrashEntry } from '#contract/trash.ts'
import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { ListSkeleton } from '#web/components/table/list-skeleton.tsx'
import { NoMatch } from '#web/components/table/no-match.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { DeleteForeverDialog } from './delete-forever-dialog.tsx'
import { countOfEntries } from './entry-name.ts'
import { trashQuery } from './queries.ts'
import { canRestore } from './restore-access.ts'
import { TagChoiceDialog } from './tag-choice-dialog.tsx'
import { TrashTable } from './trash-table.tsx'
import { useRestore } from './use-restore.ts'

const nothing: ReadonlySet<string> = new Set()

export function TrashPage() {
  const [parameters, updateUrl] = useUrlState()
  const filter = parameters.get('filter') ?? ''
  const list = useInfiniteQuery(trashQuery(filter))
  const entries = useMemo(
    () => list.data?.pages.flatMap((page) => page.data.entries) ?? [],
    [list.data],
  )
  const [selectedIds, setSelectedIds] = useState(nothing)
  const [doomed, setDoomed] = useState<TrashEntry | null>(null)
  const [choosing, setChoosing] = useState<TrashEntry | null>(null)
  const restore = useRestore()
  const selected = entries.filter((entry) => canRestore(entry) && selectedIds.has(entry.id))

  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  const restoreSelected = async () => {
    const failed = await restore.restoreAll(selected)
    setSelectedIds(new Set(failed.map(({ id }) => id)))
  }
  const count = list.data?.pages[0]?.resourceCount ?? entries.length

  return (
    <>
      <PageTitle
        title="Trash"
        description="Deleted images wait here, whole. A collection frees their disk space once their time is up."
      />
      {list.data === undefined && list.error ? (
        <ErrorState
          title="The trash could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
          isRetrying={list.isFetching}
        />
      ) : list.data !== undefined && entries.length === 0 && filter === '' ? (
        <div className={listClasses.surface}>
          <EmptyState title="The trash is empty" icon={<IconTrash size={28} stroke={1.5} />}>
            Images and tags that are deleted from a repository come here first, and can be restored.
          </EmptyState>
        </div>
      ) : (
        <>
          <div className={listClasses.toolbar}>
            <FilterField
              label="Filter by repository, tag or digest"
              className={listClasses.filter}
              value={filter}
              onChange={(value) => updateUrl({ filter: value })}
            />
            <span role="status" className={listClasses.count}>
              {list.data && countOfEntries(entries, count)}
            </span>
            {selected.length > 0 && (
              <Button onClick={() => void restoreSelected()} loading={restore.progress !== null}>
                Restore {countOfEntries(selected)}
              </Button>
            )}
            {restore.progress && restore.progress.total > 1 && (
              <span role="status" className={listClasses.count}>
                Restoring {restore.progress.done + 1} of {restore.progress.total}
              </span>
            )}
          </div>
          {list.data === undefined ? (
            <div className={listClasses.surface}>
              <ListSkeleton />
            </div>
          ) : entries.length === 0 ? (
            <div className={listClasses.surface}>
              <NoMatch what="image" onClear={() => updateUrl({ filter: null })} />
            </div>
          ) : (
            <TrashTable
              entries={entries}
              totalCount={count}
              selectedIds={selectedIds}
              onSelectedIds={setSelectedIds}
              onRestore={(entry) => {
                if (entry.earlierTags.length > 0) setChoosing(entry)
                else void restore.restoreAll([entry])
              }}
              onDeleteForever={setDoomed}
              onEndReached={loadMore}
            />
          )}
        </>
      )}
      {isFetchNextPageError && (
        <ErrorState
          title="The rest of the trash could not be loaded"
          error={list.error}
          onRetry={() => void fetchNextPage()}
          isRetrying={isFetchingNextPage}
        />
      )}
      {choosing && (
        <TagChoiceDialog
          entry={choosing}
          onClose={() => setChoosing(null)}
          onRestore={(body) => {
            setChoosing(null)
            void restore.restoreAll([choosing], body)
          }}
        />
      )}
      {restore.conflict && (
        <ConflictDialog
          key={restore.conflict.entry.id}
          entry={restore.conflict.entry}
          conflicts={restore.conflict.conflicts}
          waitingCount={restore.waitingCount}
          isPending={restore.isResolving}
          error={restore.conflictError}
          onClose={restore.leaveConflict}
          onRestore={(body) => void restore.resolve(body)}
        />
      )}
      {doomed && <DeleteForeverDialog entry={doomed} onClose={() => setDoomed(null)} />}
    </>
  )
}
