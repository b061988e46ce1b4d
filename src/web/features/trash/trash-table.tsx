import type { TrashEntry } from '#contract/trash.ts'
import { VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { RowCheckbox } from '#web/components/table/row-checkbox.tsx'
import { VirtualTable } from '#web/components/table/virtual-table.tsx'
import { canRestore } from './restore-access.ts'
import { TrashRow } from './trash-row.tsx'
import classes from './trash-table.module.css'

interface TrashTableProps {
  readonly entries: readonly TrashEntry[]
  readonly totalCount: number
  readonly selectedIds: ReadonlySet<string>
  readonly onSelectedIds: (ids: ReadonlySet<string>) => void
  readonly onRestore: (entry: TrashEntry) => void
  readonly onDeleteForever: (entry: TrashEntry) => void
  readonly onEndReached: () => void
}

export function TrashTable({
  entries,
  totalCount,
  selectedIds,
  onSelectedIds,
  onRestore,
  onDeleteForever,
  onEndReached,
}: TrashTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const rowHeight = isNarrow ? 78 : 60
  const restorable = entries.filter(canRestore)
  const selectedCount = restorable.filter(({ id }) => selectedIds.has(id)).length
  const areAllSelected = restorable.length > 0 && selectedCount === restorable.length

  const toggle = (id: string) => {
    const ids = new Set(selectedIds)
    if (!ids.delete(id)) ids.add(id)
    onSelectedIds(ids)
  }
  return (
    <VirtualTable
      label="Trash"
      rowCount={entries.length}
      totalCount={totalCount}
      rowHeight={rowHeight}
      onEndReached={onEndReached}
      head={
        <>
          <th className={classes.select}>
            <RowCheckbox
              aria-label="Select all shown"
              checked={areAllSelected}
              isMixed={selectedCount > 0 && !areAllSelected}
              disabled={restorable.length === 0}
              onChange={() =>
                onSelectedIds(new Set(areAllSelected ? [] : restorable.map(({ id }) => id)))
              }
            />
          </th>
          <th>Image</th>
          <th className={classes.digest}>Digest</th>
          <th className={classes.deleted}>Deleted</th>
          <th className={classes.held}>Held</th>
          <th className={classes.collected}>Collected after</th>
          <th className={classes.actions}>
            <VisuallyHidden>Restore or delete forever</VisuallyHidden>
          </th>
        </>
      }
      renderRow={(index) => {
        const entry = entries[index]
        return (
          entry && (
            <TrashRow
              key={entry.id}
              entry={entry}
              rowIndex={index + 2}
              rowHeight={rowHeight}
              isSelected={selectedIds.has(entry.id)}
              onSelect={() => toggle(entry.id)}
              onRestore={() => onRestore(entry)}
              onDeleteForever={() => onDeleteForever(entry)}
            />
          )
        )
      }}
    />
  )
}
