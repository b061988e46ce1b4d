import type { TrashEntry, TrashList } from '#contract/images/trash.ts'
import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { PageTitle } from '#web/components/layout/page-title.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { RegistryStorage } from '#web/entities/storage/registry-storage.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { DeleteForeverDialog } from './delete-forever-dialog.tsx'
import { countOfEntries } from './entry-name.ts'
import { trashQuery } from './queries.ts'
import { canRestore } from './restore-access.ts'
import { TagChoiceDialog } from './tag-choice-dialog.tsx'
import { TrashTable } from './trash-table.tsx'
import { useRestore } from './use-restore.ts'

const nothing: ReadonlySet<string> = new Set()
const entriesOf = ({ entries }: TrashList) => entries

export function TrashPage() {
  const [parameters, updateUrl] = useUrlState()
  const filter = parameters.get('filter') ?? ''
  const list = useInfiniteRows(useInfiniteQuery(trashQuery(filter)), entriesOf)
  const { rows: entries } = list
  const [selectedIds, setSelectedIds] = useState(nothing)
  const [doomed, setDoomed] = useState<TrashEntry | null>(null)
  const [choosing, setChoosing] = useState<TrashEntry | null>(null)
  const restore = useRestore()
  const selected = entries.filter((entry) => canRestore(entry) && selectedIds.has(entry.id))

  const restoreSelected = async () => {
    const failed = await restore.restoreAll(selected)
    setSelectedIds(new Set(failed.map(({ id }) => id)))
  }
  const count = list.totalCount ?? entries.length
  const isEmpty = list.isLoaded && entries.length === 0 && list.next === null

  return (
    <>
      <PageTitle
        title="Trash"
        description="Deleted images stay here, and can be restored, until a collection takes them and frees their disk space."
      />
      <RegistryStorage />
      <ListScaffold
        list={list}
        failure="Couldn’t load the trash"
        nextFailure="Couldn’t load the rest of the trash"
        filter={{
          what: 'image',
          isOn: filter !== '',
          onClear: () => updateUrl({ filter: null }),
        }}
        empty={
          <EmptyState title="The trash is empty" icon={<IconTrash size={28} stroke={1.5} />}>
            Images, tags and repositories that are deleted come here first, and can be restored.
          </EmptyState>
        }
        toolbar={
          isEmpty && filter === '' ? null : (
            <div className={listClasses.toolbar}>
              <FilterField
                label="Filter by repository, tag or digest"
                className={listClasses.filter}
                value={filter}
                onChange={(value) => updateUrl({ filter: value })}
              />
              <span role="status" className={listClasses.count}>
                {list.isLoaded && countOfEntries(entries, count)}
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
          )
        }
      >
        <TrashTable
          list={list}
          selectedIds={selectedIds}
          onSelectedIds={setSelectedIds}
          onRestore={(entry) => {
            if (entry.earlierTags.length > 0) setChoosing(entry)
            else void restore.restoreAll([entry])
          }}
          onDeleteForever={setDoomed}
        />
      </ListScaffold>
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
